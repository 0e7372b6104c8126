package io.jenkins.plugins.pgbackup.engine.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.ProgramNotFoundException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalMachineTest {

    private final LocalMachine machine = new LocalMachine();

    @TempDir
    private Path directory;

    @Test
    void runsAProgramWithItsEnvironmentAndWithoutAShell() throws Exception {
        Transcript out = new Transcript(line -> {});
        Transcript err = new Transcript(line -> {});
        Command command = new Command(
                List.of("sh", "-c", "echo \"$1 $GIVEN ${HOME-none}\"; echo bad >&2; exit 3", "sh", "$(a; b)"),
                Map.of("GIVEN", "value", "HOME", ""));
        assertEquals(3, machine.start(command, out, err).join());
        assertEquals("$(a; b) value none", out.text());
        assertEquals("bad", err.text());
    }

    @Test
    void saysThatAProgramIsMissing() {
        ProgramNotFoundException missing = assertThrows(
                ProgramNotFoundException.class,
                () -> machine.start(new Command(List.of("pg_dump_of_nobody"), Map.of()), nowhere(), nowhere()));
        assertEquals(
                "pg_dump_of_nobody was not found on this machine: "
                        + "install the PostgreSQL client there, or put its directory on PATH.",
                missing.getMessage());
    }

    @RepeatedTest(20)
    void endsAProgramWithItsChildren() throws Exception {
        CountDownLatch forked = new CountDownLatch(1);
        RunningProgram program = machine.start(
                new Command(List.of("sh", "-c", "sleep 600 & echo forked; wait"), Map.of()),
                new Transcript(line -> forked.countDown()),
                nowhere());
        forked.await();
        assertTrue(program.isAlive());
        program.kill();
        // The child holds the pipe too: join() would not return while it lives.
        assertEquals(128 + 15, program.join());
        assertFalse(program.isAlive());
    }

    @Test
    void tellsWhyATaskFailed() {
        assertThrows(
                FileNotFoundException.class,
                () -> machine.call(new Work<>(Boolean.class, () -> {
                    throw new FileNotFoundException();
                })));
        BackupException failed = assertThrows(
                BackupException.class,
                () -> machine.call(new Work<>(Boolean.class, () -> {
                    throw new BackupException("a sentence.");
                })));
        assertEquals("a sentence.", failed.getMessage());
    }

    @Test
    void aFifoBelongsToItsOwner() throws Exception {
        String fifo = directory.resolve("fifo").toString();
        assertTrue(machine.makeFifos(List.of(fifo)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(fifo))));
    }

    @Test
    void whoeverWaitsForTheOtherEndOfAFifoCanBeReleased() throws Exception {
        String read = directory.resolve("read").toString();
        String written = directory.resolve("written").toString();
        machine.makeFifos(List.of(read, written));
        Future<Integer> reader = machine.submit(new Work<>(Integer.class, () -> {
            try (FileChannel channel = Fifo.openForReading(read)) {
                return channel.read(ByteBuffer.allocate(1));
            }
        }));
        Future<Boolean> writer = machine.submit(new Work<>(Boolean.class, () -> {
            Fifo.openForWriting(written).close();
            return true;
        }));
        while (!reader.isDone() || !writer.isDone()) {
            machine.call(Fifo.release(List.of(read, written)));
        }
        assertEquals(-1, reader.get());
        assertTrue(writer.get());
    }

    @Test
    void releasingAFifoThatIsGoneMakesNoFile() throws Exception {
        Path gone = directory.resolve("gone");
        assertThrows(IOException.class, () -> machine.call(Fifo.release(List.of(gone.toString()))));
        assertFalse(Files.exists(gone));
    }

    @Test
    void aPrivateDirectoryIsClosedToOthersAndLeavesNothing() throws Exception {
        PrivateDirectory made = PrivateDirectory.choose(machine).make();
        Path file = Path.of(made.write("pgpass", "secret".getBytes(StandardCharsets.UTF_8)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        assertEquals("secret", Files.readString(file));
        assertThrows(FileAlreadyExistsException.class, () -> made.write("pgpass", new byte[0]));
        made.delete();
        assertFalse(Files.exists(file.getParent()));
        made.delete();
    }

    private static OutputStream nowhere() {
        return OutputStream.nullOutputStream();
    }

    /** A task that is written where it is needed. */
    private record Work<T>(Class<T> resultType, Body<T> body) implements Task<T> {

        interface Body<T> extends Serializable {
            T run() throws IOException, InterruptedException;
        }

        @Override
        public T run() throws IOException, InterruptedException {
            return body.run();
        }
    }
}
