package io.jenkins.plugins.pgbackup.engine.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressThrottleTest {

    private final List<String> reported = new ArrayList<>();

    private final TransferProgress watch = new TransferProgress() {

        @Override
        public void moved(long rawBytes, long storedBytes) {
            reported.add(rawBytes + " " + storedBytes);
        }

        @Override
        public void readerLeft() {
            reported.add("reader left");
        }

        @Override
        public void ended() {
            reported.add("ended");
        }
    };

    @Test
    void tellsAtOnceAndThenNotBeforeThePauseIsOver() {
        move(new ProgressThrottle(watch, Duration.ofDays(1)));
        assertEquals(List.of("10 1"), reported);
    }

    @Test
    void tellsAgainWhenThePauseIsOver() {
        move(new ProgressThrottle(watch, Duration.ZERO));
        assertEquals(List.of("10 1", "20 2", "30 3"), reported);
    }

    private static void move(ProgressThrottle pace) {
        pace.moved(10, 1);
        pace.moved(20, 2);
        pace.moved(30, 3);
    }
}
