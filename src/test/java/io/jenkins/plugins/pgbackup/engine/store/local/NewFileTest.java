package io.jenkins.plugins.pgbackup.engine.store.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a file gets a name that another one may want as well. */
class NewFileTest {

    private static final int AT_ONCE = 8;

    @TempDir
    private Path directory;

    /** With hard links, and as where there are none. */
    enum Way {
        LINK {
            @Override
            boolean publish(Path part, Path file) throws IOException {
                return NewFile.publish(part, file);
            }
        },
        NO_LINK {
            @Override
            boolean publish(Path part, Path file) throws IOException {
                return NewFile.publishWithoutLink(part, file);
            }
        };

        abstract boolean publish(Path part, Path file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void itGetsAFreeName(Way way) throws Exception {
        assertTrue(way.publish(part("one"), directory.resolve("shop.dump")));
        assertEquals("one", Files.readString(directory.resolve("shop.dump")));
        assertEquals(List.of("shop.dump"), names());
    }

    @ParameterizedTest
    @EnumSource
    void itTakesNoNameAway(Way way) throws Exception {
        Files.writeString(directory.resolve("shop.dump"), "older");
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nothing"));

        assertFalse(way.publish(part("one"), directory.resolve("shop.dump")));
        assertFalse(way.publish(part("other"), directory.resolve("link")));

        assertEquals("older", Files.readString(directory.resolve("shop.dump")));
        assertEquals(List.of("link", "one", "other", "shop.dump"), names());
    }

    @ParameterizedTest
    @EnumSource
    void ofManyAtOnceOneGetsIt(Way way) throws Exception {
        CyclicBarrier together = new CyclicBarrier(AT_ONCE);
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<Boolean>> named = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                Path part = part("number " + i);
                named.add(threads.submit(() -> {
                    together.await();
                    return way.publish(part, directory.resolve("shop.dump"));
                }));
            }
            List<Integer> winners = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                if (named.get(i).get()) {
                    winners.add(i);
                }
            }
            assertEquals(1, winners.size());
            assertEquals("number " + winners.get(0), Files.readString(directory.resolve("shop.dump")));
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsGoneGetsNone(Way way) throws Exception {
        BackupException failed = assertThrows(
                BackupException.class, () -> way.publish(directory.resolve("gone"), directory.resolve("shop.dump")));
        assertTrue(failed.getMessage().contains("could not be given to what was written"), failed.getMessage());
        assertEquals(List.of(), names());
    }

    @Test
    void anOlderOneIsReplacedWhereThatIsMeant() throws Exception {
        Files.writeString(directory.resolve("shop.dump"), "older");
        NewFile.replace(part("one"), directory.resolve("shop.dump"));
        assertEquals("one", Files.readString(directory.resolve("shop.dump")));
    }

    private Path part(String text) throws IOException {
        return Files.writeString(directory.resolve(text), text);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
