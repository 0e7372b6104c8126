package io.jenkins.plugins.pgbackup.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupListenerTest {

    @ParameterizedTest
    @CsvSource({"PT0S, PT5S", "PT5S, PT5S", "PT10S, PT10S", "PT7M, PT7M", "PT10M, PT10M", "PT9H, PT10M"})
    void theLongerItTakesTheRarerTheReports(Duration elapsed, Duration pause) {
        assertEquals(pause, BackupListener.growingPause(elapsed));
    }
}
