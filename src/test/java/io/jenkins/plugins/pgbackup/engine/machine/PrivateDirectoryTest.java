package io.jenkins.plugins.pgbackup.engine.machine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is removed by a path that a note has kept. */
class PrivateDirectoryTest {

    private static final String NAME = "pgbackup-01234567-89ab-cdef-0123-456789abcdef";

    private final LocalMachine machine = new LocalMachine();

    @TempDir
    private Path directory;

    @Test
    void isRemovedByItsPath() throws Exception {
        Path left = Files.createDirectory(directory.resolve(NAME));
        Files.writeString(left.resolve("pgpass"), "secret");

        assertThat(machine.call(PrivateDirectory.abandon(left.toString())), is(true));

        assertThat(Files.exists(left), is(false));
        assertThat(machine.call(PrivateDirectory.abandon(left.toString())), is(false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/home/jenkins",
                "/home/jenkins/secrets",
                NAME,
                "/tmp/" + NAME + "/..",
                "/tmp/" + NAME + "/../../secrets/../" + NAME,
                "/tmp/" + NAME + "x",
                "/tmp/x" + NAME,
                "/tmp/pgbackup-",
                "/tmp/pgbackup-01234567-89AB-cdef-0123-456789abcdef",
                "C:\\tmp\\..\\" + NAME,
                "/tmp/" + NAME + "\n"
            })
    void nothingElseIs(String path) {
        InvalidInputException refused = assertThrows(InvalidInputException.class, () -> PrivateDirectory.abandon(path));
        assertThat(refused.getMessage(), containsString("is not the private directory of a backup"));
    }
}
