package io.jenkins.plugins.pgbackup.engine.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FifoTest {

    private static final String PATH = "/tmp/workspace@tmp/pgbackup-1/dump";
    private static final List<String> PATHS = List.of("/tmp/workspace@tmp/pgbackup-1/proof", PATH);

    @Test
    void areMade() throws Exception {
        assertTrue(Fifo.areMade(PATHS, 0, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Operation not permitted", "Operation not supported", "Function not implemented"})
    void areNotMadeWhereThereIsNoSuchThing(String reason) throws Exception {
        assertFalse(Fifo.areMade(PATHS, 1, "mkfifo: cannot create fifo '" + PATH + "': " + reason));
    }

    /** There, a dump that waits in a file instead would not fit either. */
    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded"})
    void areMissedWhereThereIsNoRoom(String reason) {
        String said = "mkfifo: cannot create fifo '" + PATH + "': " + reason;
        BackupException failure = assertThrows(BackupException.class, () -> Fifo.areMade(PATHS, 1, said));
        assertEquals(
                PATH + " cannot be made (" + reason
                        + "), one of the few small files that are needed beside the dump: make room there, let the user"
                        + " that runs this write to it, or choose another directory for temporary files.",
                failure.getMessage());
    }
}
