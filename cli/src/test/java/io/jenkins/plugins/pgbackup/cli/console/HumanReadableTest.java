package io.jenkins.plugins.pgbackup.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanReadableTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "10189, 10.0 KiB",
        "10240, 10 KiB",
        "1048575, 1024 KiB",
        "1048576, 1.0 MiB",
        "5497558138880, 5.0 TiB",
        "9223372036854775807, 8.0 EiB",
    })
    void countsBytes(long bytes, String text) {
        assertEquals(text, HumanReadable.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "9949, 9.9 s",
        "10000, 10 s",
        "59999, 59 s",
        "60000, 1 min 0 s",
        "3599000, 59 min 59 s",
        "3600000, 1 h 0 min",
        "86400000, 1 d 0 h",
    })
    void measuresTime(long millis, String text) {
        assertEquals(text, HumanReadable.duration(Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @CsvSource({"-5, 0 s", "59, 59 s", "60, 1 min", "3600, 1 h", "172799, 1 d", "34560000, 400 d"})
    void roundsAges(long seconds, String text) {
        assertEquals(text, HumanReadable.age(Duration.ofSeconds(seconds)));
    }

    @Test
    void describesProgress() {
        assertEquals(
                "3.0 MiB, stored as 1.0 MiB, 1.5 MiB/s, 2.0 s",
                HumanReadable.dumped(3 << 20, 1 << 20, Duration.ofSeconds(2)));
        assertEquals("3.0 MiB, 1.5 MiB/s, 2.0 s", HumanReadable.dumped(3 << 20, 3 << 20, Duration.ofSeconds(2)));
        assertEquals("0 B, 0 B/s, 0.0 s", HumanReadable.dumped(0, 0, Duration.ZERO));
    }

    @Test
    void saysHowFarARestoreHasCome() {
        assertEquals(
                "1.0 MiB read, 3.0 MiB restored, 1.5 MiB/s, 2.0 s",
                HumanReadable.restored(3 << 20, 1 << 20, Duration.ofSeconds(2)));
        assertEquals(
                "128 KiB read, 64 KiB checked, 64 KiB/s, 1.0 s",
                HumanReadable.checked(64 << 10, 128 << 10, Duration.ofSeconds(1)));
        assertEquals(
                "3.0 MiB restored, 1.5 MiB/s, 2.0 s", HumanReadable.restored(3 << 20, 3 << 20, Duration.ofSeconds(2)));
    }
}
