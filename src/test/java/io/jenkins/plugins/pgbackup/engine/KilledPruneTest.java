package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.fixture.OddS3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that remove dumps, killed, or with little memory. */
@Timeout(600)
class KilledPruneTest {

    private static final int KILLS = 50;
    private static final int DUMPS = 40;
    private static final int KEPT = 5;

    /** What takes the memory is the judgement. */
    private static final boolean DRY_RUN = true;

    @TempDir
    private Path directory;

    @Test
    void afterAKillAtAnyMomentOnlyWholeDumpsAreShownAndTheNextRunEndsTheWork() throws Exception {
        Random random = new Random();
        int inTheMiddle = 0;
        long longest = TimeUnit.SECONDS.toNanos(1);
        for (int kill = 0; kill <= KILLS; kill++) {
            PrunePlace place = new PrunePlace.Local(directory.resolve(String.valueOf(kill)));
            make(place, DUMPS);
            Path output = directory.resolve("output-" + kill);
            Process process = PruneProcess.start(
                    output, Path.of(place.uri("x")).getParent().toString(), false);
            try {
                PruneProcess.awaitBegin(output, process);
                long began = System.nanoTime();
                // The first one runs to its end, which says how long the others take.
                if (kill == 0) {
                    process.waitFor();
                    longest = System.nanoTime() - began;
                } else {
                    TimeUnit.NANOSECONDS.sleep(random.nextLong(longest));
                }
            } finally {
                process.destroyForcibly().waitFor();
            }

            int shown = mustShowOnlyWholeDumps(place);
            inTheMiddle += shown > KEPT && shown < DUMPS ? 1 : 0;
            prune(place);
            assertEquals(expected(place), files(place), "kill " + kill);
        }
        assertThat("kills that met the work", inTheMiddle, greaterThanOrEqualTo(5));
    }

    private static int mustShowOnlyWholeDumps(PrunePlace place) throws IOException {
        Map<String, byte[]> all = place.everything();
        int shown = 0;
        for (Catalog.Entry entry : new Catalog(place.dumps()).newestFirst()) {
            String name = entry.file().name();
            assertArrayEquals(PrunePlace.content(name), all.get(place.path(name)), name);
            assertEquals(name, entry.manifest().orElseThrow().fileName());
            shown++;
        }
        assertThat(shown, greaterThanOrEqualTo(KEPT));
        return shown;
    }

    /** 50,000 objects, with little more memory than the AWS SDK and its clients take. */
    @Test
    void manyObjectsFitIntoLittleMemory() throws Exception {
        int dumps = 25_000;
        try (PrunePlace.Odd place = new PrunePlace.Odd("many", new OddS3Server())) {
            make(place, dumps);
            Path output = directory.resolve("output");
            Process process = PruneProcess.start(output, place.server.endpoint().toString(), DRY_RUN, "-Xmx48m");
            assertEquals(0, process.waitFor(), () -> text(output));

            assertThat(text(output), containsString("removed " + (dumps - KEPT) + " kept " + KEPT));
            assertThat(place.server.count("GET"), lessThan(dumps + 100));
            assertEquals(2 * dumps, place.everything().size());
        }
    }

    private static void make(PrunePlace place, int dumps) throws IOException {
        for (int i = 0; i < dumps; i++) {
            place.make("d" + i + ".dump", PruneProcess.NOW.minus(Duration.ofHours(dumps - i)));
        }
    }

    private static void prune(PrunePlace place) throws IOException, InterruptedException {
        new Prune(
                        place.dumps(),
                        Prune.Pins.NONE,
                        new RecordingListener(),
                        Clock.fixed(PruneProcess.NOW, ZoneOffset.UTC))
                .run(new PruneRequest(PruneProcess.RULES, PruneProcess.SCOPE, Optional.empty(), false));
    }

    private static TreeSet<String> expected(PrunePlace place) {
        return IntStream.range(DUMPS - KEPT, DUMPS)
                .mapToObj(i -> "d" + i + ".dump")
                .flatMap(name -> Stream.of(name, Manifest.nameFor(name)))
                .map(place::path)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** But for a manifest that was being written: a later run removes it. */
    private static TreeSet<String> files(PrunePlace place) throws IOException {
        return place.everything().keySet().stream()
                .filter(name -> !name.contains(".pgbackup-manifest-"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
