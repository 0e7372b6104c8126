package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoredContents;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.fixture.OddS3Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class PruneTest {

    private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");
    private static final RetentionRules LAST_2 = new RetentionRules(2, 0, 0, 0, 0, null, 0, null);
    private static final PruneScope SCOPE = new PruneScope(
            PrunePlace.SERVER,
            PrunePlace.DATABASE,
            DumpOptions.WHOLE_DATABASE,
            PrunePlace.ORIGIN.controller(),
            PrunePlace.ORIGIN.job(),
            false);

    private final RecordingListener listener = new RecordingListener();

    @TempDir
    private Path directory;

    private PrunePlace place;

    /** Where dumps are. */
    enum Kind {
        LOCAL,
        S3,
        /** Another server than AWS: small pages in another order, and no {@code DeleteObjects}. */
        SMALL_UNSORTED_PAGES,
        NO_DELETE_OBJECTS,
        REFUSES_THE_XML;

        PrunePlace open(Path directory) throws IOException {
            return switch (this) {
                case LOCAL -> new PrunePlace.Local(directory);
                case S3 -> PrunePlace.Proxied.create("prune-" + UUID.randomUUID());
                case SMALL_UNSORTED_PAGES -> new PrunePlace.Odd(name(), new OddS3Server().withUnsortedPagesOf(3));
                case NO_DELETE_OBJECTS ->
                    new PrunePlace.Odd(name(), new OddS3Server().withoutDeleteObjects(501, "NotImplemented"));
                case REFUSES_THE_XML ->
                    new PrunePlace.Odd(name(), new OddS3Server().withoutDeleteObjects(400, "MalformedXML"));
            };
        }
    }

    @AfterEach
    void close() throws IOException {
        if (place != null) {
            place.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void removesWhatNoRuleKeeps(Kind kind) throws Exception {
        place = kind.open(directory);
        makeNightly(5);

        PruneReport report = prune(LAST_2, SCOPE);

        assertEquals(names("d4", "d5"), files());
        assertEquals(List.of("d1.dump", "d2.dump", "d3.dump"), removed(report));
        assertEquals(List.of("d5.dump: newest proven, last 2", "d4.dump: last 2"), kept(report));
        assertEquals(Map.of(), report.foreign());
        assertEquals(List.of(), report.failures());
        assertThat(listener.notes, is(empty()));
        assertEquals(List.of("d5.dump", "d4.dump"), listed());
        assertEquals(List.of(), removed(prune(LAST_2, SCOPE)));
    }

    @Test
    void saysInATableWhatBecameOfThem() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(3);
        place.put("other.dump", PrunePlace.content("other"));
        place.put("another.dump", PrunePlace.content("another"));

        prune(LAST_2, SCOPE).tell(listener);

        assertEquals(
                List.of(
                        "Of the database shop on db.example.com:5432: 2 kept, 1 removed.",
                        "  kept     d3.dump  2026-03-03T02:00:00Z  newest proven, last 2",
                        "  kept     d2.dump  2026-03-02T02:00:00Z  last 2",
                        "  removed  d1.dump  2026-03-01T02:00:00Z",
                        "Left alone: 2 without a manifest."),
                listener.notes);
    }

    @ParameterizedTest
    @EnumSource
    void aDryRunRemovesNothing(Kind kind) throws Exception {
        place = kind.open(directory);
        makeNightly(5);
        place.put("d1.dump.json", marked("d1.dump", NOW.minus(Duration.ofDays(1))));
        Map<String, byte[]> before = place.everything();

        PruneReport report = run(new PruneRequest(LAST_2, SCOPE, Optional.empty(), true));

        assertSame(before, place.everything());
        assertEquals(names("d1", "d2", "d3"), names(removed(report)));
        assertEquals(List.of("d5.dump: newest proven, last 2", "d4.dump: last 2"), kept(report));
        assertThat(report.lines().get(0), containsString("2 kept, 3 would be removed"));
    }

    @ParameterizedTest
    @EnumSource
    void touchesNothingThatIsNotSurelyItsOwn(Kind kind) throws Exception {
        place = kind.open(directory);
        Instant old = Instant.parse("2020-01-01T00:00:00Z");
        Origin ours = PrunePlace.ORIGIN;
        place.make("database.dump", old, "other", PrunePlace.SERVER, ours, true);
        place.make("server.dump", old, PrunePlace.DATABASE, "db2.example.com:5432", ours, true);
        make("job.dump", old, new Origin(ours.tool(), ours.controller(), "weekly", "#7"));
        make("noJob.dump", old, new Origin(ours.tool(), null, null, null));
        make("controller.dump", old, new Origin(ours.tool(), "d4e5f6", ours.job(), "#7"));
        make("earlier.dump", old, new Origin(ours.tool(), null, ours.job(), "#7"));
        make("program.dump", old, new Origin("pgbackupper 1", ours.controller(), ours.job(), "#7"));
        make("nobody.dump", old, null);
        place.make("size.dump", old);
        place.put("size.dump", PrunePlace.content("of another size"));
        place.make("unreadable.dump", old);
        place.put("unreadable.dump.json", "nonsense".getBytes(StandardCharsets.UTF_8));
        place.put("noManifest.dump", PrunePlace.content("noManifest.dump"));
        place.make("noDump.dump", old);
        place.dumps().delete(List.of("noDump.dump"));
        putManifest(
                "place.dump",
                manifest("place.dump", old, place.uri("place.dump").replace("shop/", "shop2/")));
        putManifest("name.dump", manifest("name2.dump", old, place.uri("name2.dump")));
        putManifest("named.dump", manifest("named2.dump", old, place.uri("named.dump")));
        putManifest(
                "when.dump", manifest("when.dump", old, place.uri("when.dump")), "2020-01-01T00:00:00Z", "long ago");
        putManifest(
                "backwards.dump",
                manifest("backwards.dump", old, place.uri("backwards.dump")),
                "2020-01-01T00:01:00Z",
                "2019-01-01T00:00:00Z");
        putSelection("selection.dump", "\"--schema=sales\"");
        putSelection("unknown.dump", "null");
        place.put("notes.json", "{}".getBytes(StandardCharsets.UTF_8));
        place.put("README", PrunePlace.content("README"));
        place.put("../shop2/beside.dump", PrunePlace.content("beside.dump"));
        place.put("../shop2/beside.dump.json", place.make("beside.dump", old).toJson());
        place.put("below/d0.dump", PrunePlace.content("d0.dump"));
        place.put(
                "below/d0.dump.json",
                manifest("d0.dump", old, place.uri("d0.dump")).toJson());
        place.dumps().delete(List.of("beside.dump", "beside.dump.json"));
        Map<String, byte[]> foreign = place.everything();
        makeNightly(5);

        PruneReport report = prune(LAST_2, SCOPE);

        Map<String, byte[]> after = place.everything();
        for (String name : List.of("d4.dump", "d4.dump.json", "d5.dump", "d5.dump.json")) {
            assertTrue(after.remove(place.path(name)) != null, name);
        }
        assertSame(foreign, after);
        assertEquals(List.of("d1.dump", "d2.dump", "d3.dump"), removed(report));
        assertEquals(
                new TreeMap<>(Map.ofEntries(
                        Map.entry(ForeignReason.OTHER_DATABASE, 1),
                        Map.entry(ForeignReason.OTHER_SERVER, 1),
                        Map.entry(ForeignReason.OTHER_JOB, 4),
                        Map.entry(ForeignReason.OTHER_PROGRAM, 2),
                        Map.entry(ForeignReason.OTHER_SIZE, 1),
                        Map.entry(ForeignReason.UNREADABLE_MANIFEST, 1),
                        Map.entry(ForeignReason.NO_MANIFEST, 1),
                        Map.entry(ForeignReason.NO_DUMP, 1),
                        Map.entry(ForeignReason.OTHER_PLACE, 3),
                        Map.entry(ForeignReason.NO_TIME, 2),
                        Map.entry(ForeignReason.OTHER_SELECTION, 2))),
                new TreeMap<>(report.foreign()));
    }

    @Test
    void judgesTheDumpsOfAllJobsTogetherWhereThatIsWanted() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(3);
        make("d4.dump", day(4), new Origin("pgbackup 1", null, null, null));
        make("d5.dump", day(5), new Origin("pgBackup plugin", "d4e5f6", "weekly", "#1"));

        prune(LAST_2, new PruneScope(PrunePlace.SERVER, PrunePlace.DATABASE, null, null, null, true));

        assertEquals(names("d4", "d5"), files());
    }

    @Test
    void judgesEachDatabaseOfEachServerOnItsOwn() throws Exception {
        place = Kind.LOCAL.open(directory);
        for (int day = 1; day <= 3; day++) {
            for (String database : List.of("a", "b")) {
                for (String server : List.of("x:5432", "y:5432")) {
                    place.make(
                            database + server.charAt(0) + day + ".dump",
                            day(day),
                            database,
                            server,
                            PrunePlace.ORIGIN,
                            true);
                }
            }
        }

        prune(LAST_2, new PruneScope(null, null, null, "a1b2c3", "nightly", false));
        assertEquals(names("ax2", "ax3", "ay2", "ay3", "bx2", "bx3", "by2", "by3"), files());

        prune(
                new RetentionRules(1, 0, 0, 0, 0, null, 0, null),
                new PruneScope(null, "a", null, "a1b2c3", "nightly", false));
        assertEquals(names("ax3", "ay3", "bx2", "bx3", "by2", "by3"), files());
    }

    /** A dump of the definitions alone does not stand for one with the rows. */
    @Test
    void judgesEachSelectionOnItsOwn() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(3);
        for (int day = 1; day <= 3; day++) {
            String name = "s" + day + ".dump";
            String json = new String(place.make(name, day(day).plusSeconds(60)).toJson(), StandardCharsets.UTF_8);
            place.put(
                    name + ".json",
                    json.replace("\"selection\" : \"all\"", "\"selection\" : \"--schema-only\"")
                            .getBytes(StandardCharsets.UTF_8));
        }

        PruneReport report = prune(LAST_2, new PruneScope(null, null, null, "a1b2c3", "nightly", false));

        assertEquals(names("d2", "d3", "s2", "s3"), files());
        assertThat(
                report.lines().get(0),
                is("Of the database shop on db.example.com:5432 with --schema-only: 2 kept," + " 1 removed."));
    }

    @Test
    void removesNothingIfTheDumpThatWasMadeIsNotThere() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(5);
        Manifest made = place.make("d6.dump", day(6));
        place.dumps().delete(List.of("d6.dump.json"));

        BackupException e = assertThrows(BackupException.class, () -> run(PruneRequest.after(made, LAST_2, false)));

        assertThat(e.getMessage(), containsString("Nothing was removed, because the dump that was made, d6.dump,"));
        assertEquals(12 - 1, place.everything().size());
        place.put("d6.dump.json", made.toJson());
        assertEquals(4, removed(run(PruneRequest.after(made, LAST_2, false))).size());
    }

    @Test
    void objectsToABackupThatIsNotGood() throws Exception {
        place = Kind.LOCAL.open(directory);
        assertEquals(Optional.empty(), Prune.objection(place.make("a.dump", NOW)));
        assertEquals(
                Optional.of("the dump is not proven"),
                Prune.objection(
                        place.make("a.dump", NOW, PrunePlace.DATABASE, PrunePlace.SERVER, PrunePlace.ORIGIN, false)));
        String warned = new String(place.make("a.dump", NOW).toJson(), StandardCharsets.UTF_8)
                .replaceFirst("\\{", "{\"warnings\": [\"No table matches.\"],");
        assertEquals(
                Optional.of("the backup has a warning"),
                Prune.objection(Manifest.parse("m", warned.getBytes(StandardCharsets.UTF_8))));
    }

    /** A dump whose manifest is marked is not shown, and named as such. */
    @ParameterizedTest
    @EnumSource(names = {"LOCAL", "S3"})
    void whatIsBeingRemovedIsNotShown(Kind kind) throws Exception {
        place = kind.open(directory);
        makeNightly(3);
        place.put("d3.dump.json", marked("d3.dump", NOW));

        assertEquals(List.of("d2.dump", "d1.dump"), listed());
        assertEquals(
                "d2.dump",
                new Catalog(place.dumps()).latestProven(null, "there").file().name());
        assertEquals(
                place.uri("d3.dump")
                        + " is being removed since 2026-03-31T12:00:00Z, as no rule keeps it, and may be gone"
                        + " at any moment: choose another dump.",
                assertThrows(BackupException.class, () -> StoredDump.find(place.dumps(), "d3.dump"))
                        .getMessage());
    }

    /** Marked by a run that was killed: with its dump, and after that was removed. */
    @ParameterizedTest
    @EnumSource
    void endsTheWorkOfAnEarlierRun(Kind kind) throws Exception {
        place = kind.open(directory);
        makeNightly(5);
        place.put("d3.dump.json", marked("d3.dump", NOW.minusSeconds(5)));
        place.put("d4.dump.json", marked("d4.dump", NOW.minusSeconds(5)));
        place.dumps().delete(List.of("d4.dump"));

        PruneReport report = prune(LAST_2, SCOPE);

        assertEquals(names("d2", "d5"), files());
        assertEquals(names("d1", "d3", "d4"), names(removed(report)));
    }

    /** Another job's work is its own. */
    @Test
    void endsNoWorkOfAnotherJob() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(3);
        make("other.dump", day(1), new Origin("pgbackup 1", null, null, null));
        place.put("other.dump.json", marked("other.dump", NOW.minus(Duration.ofDays(2))));

        prune(LAST_2, SCOPE);

        assertEquals(names("d2", "d3", "other"), files());
    }

    /** What has meanwhile become the last of all is shown again, once surely no other run removes it. */
    @Test
    void takesBackAMarkWhereTooFewDumpsAreLeft() throws Exception {
        place = Kind.LOCAL.open(directory);
        RetentionRules atLeast2 = new RetentionRules(1, 0, 0, 0, 0, null, 2, null);
        makeNightly(2);
        byte[] before = place.everything().get(place.path("d1.dump.json"));
        place.put("d1.dump.json", marked("d1.dump", NOW.minus(Duration.ofMinutes(59))));

        assertEquals(List.of(), removed(prune(atLeast2, SCOPE)));
        assertEquals(List.of("d2.dump"), listed());

        place.put("d1.dump.json", unmarkedThenMarked(before, NOW.minus(Duration.ofMinutes(61))));
        PruneReport report = prune(atLeast2, SCOPE);

        assertEquals(List.of("d2.dump: newest proven, last 1", "d1.dump: too few are left"), kept(report));
        assertEquals(List.of("d2.dump", "d1.dump"), listed());
        assertArrayEquals(before, place.everything().get(place.path("d1.dump.json")));
    }

    @ParameterizedTest
    @EnumSource(names = {"SMALL_UNSORTED_PAGES", "NO_DELETE_OBJECTS"})
    void oneThatMayNotBeRemovedStaysWholeAndListed(Kind kind) throws Exception {
        place = kind.open(directory);
        OddS3Server server = ((PrunePlace.Odd) place).server;
        makeNightly(9);
        server.refuseDelete(
                place.path("d4.dump"), 403, "AccessDenied", "Access Denied because object protected by object lock.");
        byte[] before = server.objects().get(place.path("d4.dump.json"));

        PruneReport report = prune(LAST_2, SCOPE);

        assertEquals(names("d4", "d8", "d9"), files());
        assertArrayEquals(before, server.objects().get(place.path("d4.dump.json")));
        assertEquals(List.of("d9.dump", "d8.dump", "d4.dump"), listed());
        assertEquals(6, report.removed().size());
        assertEquals(
                Optional.of(place.uri("d4.dump")
                        + " could not be removed, because Object Lock keeps the object (403 AccessDenied: Access Denied"
                        + " because object protected by object lock): wait until its retention has ended, and have a"
                        + " legal hold removed."),
                report.warning());

        server.allowAll();
        assertEquals(List.of("d4.dump"), removed(prune(LAST_2, SCOPE)));
    }

    @Test
    void givesUpWhereNoneMayBeRemoved() throws Exception {
        place = Kind.SMALL_UNSORTED_PAGES.open(directory);
        OddS3Server server = ((PrunePlace.Odd) place).server;
        makeNightly(12);
        for (int day = 1; day <= 12; day++) {
            server.refuseDelete(place.path("d" + day + ".dump"), 403, "AccessDenied", "Access Denied");
        }
        Map<String, byte[]> before = place.everything();

        PruneReport report = prune(LAST_2, SCOPE);

        assertSame(before, place.everything());
        assertEquals(12, listed().size());
        assertEquals(10, report.failures().size());
        assertEquals(
                Optional.of(place.uri("d1.dump")
                        + " could not be removed, because S3 denied it (403 AccessDenied: Access Denied): allow"
                        + " s3:DeleteObject to these AWS credentials. Likewise 9 more."),
                report.warning());
        // Each is marked, and shown again.
        assertEquals(2 * 5, server.count("PUT"));
    }

    @Test
    void saysThatAManifestMayNotBeMarked() throws Exception {
        place = Kind.SMALL_UNSORTED_PAGES.open(directory);
        OddS3Server server = ((PrunePlace.Odd) place).server;
        makeNightly(3);
        server.refusePut(place.path("d1.dump.json"), 403, "AccessDenied", "Access Denied");

        PruneReport report = prune(LAST_2, SCOPE);

        assertEquals(names("d1", "d2", "d3"), files());
        assertThat(
                report.warning().orElseThrow(),
                containsString("d1.dump.json could not be marked as one that is being removed, because S3 denied it"
                        + " (403 AccessDenied: Access Denied): allow s3:PutObject"));
    }

    @Test
    void saysOnceThatTheBucketKeepsVersions() throws Exception {
        for (OddS3Server server :
                List.of(new OddS3Server(), new OddS3Server().withoutDeleteObjects(501, "NotImplemented"))) {
            listener.notes.clear();
            place = new PrunePlace.Odd("versions", server.withVersions());
            makeNightly(5);

            prune(LAST_2, SCOPE);

            assertEquals(
                    List.of("The bucket keeps versions: what was removed is there as a noncurrent version until a"
                            + " lifecycle rule of the bucket expires it."),
                    listener.notes);
            // With one request for both, and with one for each.
            assertTrue(place.dumps().delete(List.of("d4.dump", "d5.dump")).versionsStay());
            place.close();
        }
    }

    @Test
    void canBeInterrupted() throws Exception {
        place = Kind.SMALL_UNSORTED_PAGES.open(directory);
        makeNightly(5);

        Thread.currentThread().interrupt();

        assertThrows(InterruptedException.class, () -> prune(LAST_2, SCOPE));
        assertFalse(Thread.interrupted());
        assertEquals(5, listed().size());
    }

    @Test
    void removesManyWithFewRequests() throws Exception {
        OddS3Server server = new OddS3Server();
        place = new PrunePlace.Odd("many", server);
        for (int i = 0; i < 303; i++) {
            place.make("d" + i + ".dump", day(1).plusSeconds(i));
        }

        assertEquals(301, prune(LAST_2, SCOPE).removed().size());

        // The first alone, then three times a hundred: dumps, and manifests.
        assertEquals(6, server.count("DeleteObjects"));
        assertEquals(2, server.count("DELETE"));
    }

    @Test
    void whatTheCallerPinsStays() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(4);

        PruneReport report = new Prune(
                        place.dumps(),
                        manifest -> manifest.fileName().equals("d1.dump")
                                ? Optional.of("build #7 is kept forever")
                                : Optional.empty(),
                        listener,
                        clock())
                .run(new PruneRequest(LAST_2, SCOPE, Optional.empty(), false));

        assertEquals(names("d1", "d3", "d4"), files());
        assertThat(kept(report).get(2), is("d1.dump: build #7 is kept forever"));
    }

    /** As long as a story of this process reads it: here, one that waits for the next byte. */
    @Test
    void whatIsReadStays() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(3);
        StoredDump dump = StoredDump.find(place.dumps(), "d1.dump");
        CyclicBarrier atOpening = new CyclicBarrier(2);
        StoredDump slow = dump.readFrom(new DumpSource() {
            @Override
            public String uri() {
                return dump.uri();
            }

            @Override
            public InputStream open() throws IOException {
                await(atOpening);
                await(atOpening);
                throw new BackupException("No more of it.");
            }
        });
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            Future<?> verified = reader.submit(() -> new Verify(new LocalMachine(), listener).run(slow));
            await(atOpening);
            PruneReport report = prune(LAST_2, SCOPE);
            await(atOpening);
            assertThrows(Exception.class, verified::get);

            assertThat(kept(report).get(2), is("d1.dump: being read"));
            assertEquals(names("d1", "d2", "d3"), files());
            assertEquals(List.of("d1.dump"), removed(prune(LAST_2, SCOPE)));
        } finally {
            reader.shutdownNow();
        }
    }

    /** Each story that reads a dump. */
    @Test
    void noStoryReadsWhatIsBeingRemoved() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(1);
        StoredDump dump = StoredDump.find(place.dumps(), "d1.dump");
        RestoreOptions options = new RestoreOptions(false, 1, true, true, false, RestoredContents.ALL);
        RestoreRequest request = new RestoreRequest(
                PostgresUrl.parse("postgresql://127.0.0.1:1/none"), RestoreTarget.EMPTY, options, List.of());
        LocalMachine machine = new LocalMachine();
        assertTrue(DumpsInUse.beginRemoval(dump.uri()));
        try {
            for (Callable<?> story : List.<Callable<?>>of(
                    () -> new Verify(machine, listener).run(dump),
                    () -> new Restore(request, dump, machine, Journal.NONE, listener, clock()).run(),
                    () -> new TestRestore(machine, Journal.NONE, listener, clock())
                            .run(dump, new RestoreTestRequest(Optional.empty(), List.of(), false, false)))) {
                assertEquals(
                        dump.uri() + " is being removed, as no rule keeps it: choose another dump.",
                        assertThrows(BackupException.class, story::call).getMessage());
            }
        } finally {
            DumpsInUse.endRemoval(dump.uri());
        }
    }

    @Test
    void whatIsRemovedIsNotRead() throws Exception {
        assertTrue(DumpsInUse.beginRemoval("/a.dump"));
        try {
            assertEquals(
                    "/a.dump is being removed, as no rule keeps it: choose another dump.",
                    assertThrows(BackupException.class, () -> DumpsInUse.whileReading("/a.dump", () -> 1))
                            .getMessage());
        } finally {
            DumpsInUse.endRemoval("/a.dump");
        }
        assertEquals(2, DumpsInUse.whileReading("/a.dump", () -> {
            assertFalse(DumpsInUse.beginRemoval("/a.dump"));
            return 2;
        }));
        assertTrue(DumpsInUse.beginRemoval("/a.dump"));
        DumpsInUse.endRemoval("/a.dump");
    }

    /** Between the judgement and the mark another backup may have taken the name. */
    @ParameterizedTest
    @ValueSource(strings = {"startedAt", "sha256"})
    void leavesWhatWasReplacedMeanwhile(String field) throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(3);
        WritableDumps dumps = new ChangedDumps(place.dumps()) {
            private int reads;

            @Override
            public Optional<byte[]> read(String fileName, int most) throws IOException {
                if (fileName.equals("d1.dump.json") && reads++ == 1) {
                    Manifest other = manifest("d1.dump", day(30), place.uri("d1.dump"));
                    String value = field.equals("sha256") ? "0".repeat(64) : other.startedAt();
                    place.put(
                            "d1.dump.json",
                            new String(place.make("d1.dump", day(1)).toJson(), StandardCharsets.UTF_8)
                                    .replaceFirst(
                                            "\"" + field + "\" : \"[^\"]*\"", "\"" + field + "\" : \"" + value + "\"")
                                    .getBytes(StandardCharsets.UTF_8));
                }
                return super.read(fileName, most);
            }
        };

        PruneReport report = prune(dumps, LAST_2);

        assertEquals(names("d1", "d2", "d3"), files());
        assertThat(report.warning().orElseThrow(), containsString("d1.dump was replaced while it was to be removed"));
        assertEquals(3, listed().size());
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCAL", "S3", "SMALL_UNSORTED_PAGES"})
    void twoAtOnceDoTheSame(Kind kind) throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 5; round++) {
                place = kind.open(directory.resolve(String.valueOf(round)));
                makeNightly(12);
                CyclicBarrier start = new CyclicBarrier(2);
                Callable<PruneReport> run = () -> {
                    await(start);
                    return new Prune(place.dumps(), Prune.Pins.NONE, new RecordingListener(), clock())
                            .run(new PruneRequest(LAST_2, SCOPE, Optional.empty(), false));
                };
                for (Future<PruneReport> ended : both.invokeAll(List.of(run, run))) {
                    assertEquals(List.of(), ended.get().failures());
                }
                assertEquals(names("d11", "d12"), files());
                place.close();
            }
        } finally {
            both.shutdownNow();
        }
    }

    /** What another run has removed is no reason to believe that nothing can be removed. */
    @Test
    void goesOnWhereAnotherRunWasFaster() throws Exception {
        place = Kind.LOCAL.open(directory);
        makeNightly(12);
        WritableDumps dumps = new ChangedDumps(place.dumps()) {
            private int reads;

            @Override
            public Optional<byte[]> read(String fileName, int most) throws IOException {
                if (fileName.equals("d1.dump.json") && reads++ == 1) {
                    for (int day = 1; day <= 6; day++) {
                        super.delete(List.of("d" + day + ".dump", "d" + day + ".dump.json"));
                    }
                }
                return super.read(fileName, most);
            }
        };

        PruneReport report = prune(dumps, LAST_2);

        assertEquals(List.of(), report.failures());
        assertEquals(List.of("d7.dump", "d8.dump", "d9.dump", "d10.dump"), removed(report));
        assertEquals(names("d11", "d12"), files());
    }

    /** Each call of the store is once the last one, before it and after it. */
    @ParameterizedTest
    @EnumSource(names = {"LOCAL", "S3"})
    void afterAFailureAtAnyStepOnlyWholeDumpsAreShownAndTheNextRunEndsTheWork(Kind kind) throws Exception {
        int steps = 0;
        for (boolean ended = false; !ended; steps++) {
            for (boolean done : new boolean[] {false, true}) {
                place = kind.open(directory.resolve(steps + "-" + done));
                makeNightly(5);
                int step = steps;
                try {
                    prune(new KilledDumps(place.dumps(), step, done), LAST_2);
                    ended = true;
                } catch (Killed e) {
                    assertOnlyWholeDumpsAreShown();
                }
                prune(LAST_2, SCOPE);
                assertEquals(names("d4", "d5"), files());
                place.close();
            }
        }
        // Three marks, and twice two removals.
        assertEquals(3 + 4 + 1, steps);
    }

    private void assertOnlyWholeDumpsAreShown() throws IOException {
        Map<String, byte[]> all = place.everything();
        List<String> shown = listed();
        assertThat(2, lessThanOrEqualTo(shown.size()));
        for (Catalog.Entry entry : new Catalog(place.dumps()).newestFirst()) {
            String name = entry.file().name();
            assertArrayEquals(PrunePlace.content(name), all.get(place.path(name)));
            assertEquals(name, entry.manifest().orElseThrow().fileName());
        }
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Ends with a call that changes something. */
    private static final class KilledDumps extends ChangedDumps {

        private final boolean done;
        private int left;

        KilledDumps(WritableDumps dumps, int step, boolean done) {
            super(dumps);
            this.left = step;
            this.done = done;
        }

        @Override
        public void replace(String fileName, byte[] content) throws IOException {
            if (left > 0 || done) {
                super.replace(fileName, content);
            }
            count();
        }

        @Override
        public Deletion delete(List<String> fileNames) throws IOException {
            Deletion deletion = left > 0 || done ? super.delete(fileNames) : null;
            count();
            return deletion;
        }

        private void count() {
            if (left-- == 0) {
                throw new Killed();
            }
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant day(int day) {
        return Instant.parse("2026-03-01T02:00:00Z").plus(Duration.ofDays(day - 1L));
    }

    private void makeNightly(int days) throws IOException {
        for (int day = 1; day <= days; day++) {
            place.make("d" + day + ".dump", day(day));
        }
    }

    private void make(String name, Instant started, Origin origin) throws IOException {
        place.make(name, started, PrunePlace.DATABASE, PrunePlace.SERVER, origin, true);
    }

    private Manifest manifest(String name, Instant started, String uri) {
        return PrunePlace.manifest(
                name,
                uri,
                PrunePlace.content(name).length,
                started,
                PrunePlace.DATABASE,
                PrunePlace.SERVER,
                PrunePlace.ORIGIN,
                true);
    }

    /** A dump with a manifest that need not be its own. */
    private void putManifest(String name, Manifest manifest) throws IOException {
        place.put(name, PrunePlace.content(name));
        place.put(Manifest.nameFor(name), manifest.toJson());
    }

    /** Of the year 2020, with another selection. */
    private void putSelection(String name, String json) throws IOException {
        Manifest manifest = manifest(name, Instant.parse("2020-01-01T00:00:00Z"), place.uri(name));
        putManifest(name, manifest);
        place.put(
                Manifest.nameFor(name),
                new String(manifest.toJson(), StandardCharsets.UTF_8)
                        .replace("\"selection\" : \"all\"", "\"selection\" : " + json)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private void putManifest(String name, Manifest manifest, String startedAt, String endedAt) throws IOException {
        putManifest(name, manifest);
        place.put(
                Manifest.nameFor(name),
                new String(manifest.toJson(), StandardCharsets.UTF_8)
                        .replaceFirst("\"startedAt\" : \"[^\"]*\"", "\"startedAt\" : \"" + startedAt + "\"")
                        .replaceFirst("\"endedAt\" : \"[^\"]*\"", "\"endedAt\" : \"" + endedAt + "\"")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** The dump's manifest as a run has left it that was killed. */
    private byte[] marked(String name, Instant since) throws IOException {
        return unmarkedThenMarked(place.everything().get(place.path(Manifest.nameFor(name))), since);
    }

    private static byte[] unmarkedThenMarked(byte[] json, Instant since) {
        return new String(json, StandardCharsets.UTF_8)
                .replaceFirst("\\{", "{\"removal\" : \"" + since + "\",")
                .getBytes(StandardCharsets.UTF_8);
    }

    private PruneReport prune(RetentionRules rules, PruneScope scope) throws IOException, InterruptedException {
        return run(new PruneRequest(rules, scope, Optional.empty(), false));
    }

    private PruneReport run(PruneRequest request) throws IOException, InterruptedException {
        return new Prune(place.dumps(), Prune.Pins.NONE, listener, clock()).run(request);
    }

    private PruneReport prune(WritableDumps dumps, RetentionRules rules) throws IOException, InterruptedException {
        return new Prune(dumps, Prune.Pins.NONE, listener, clock())
                .run(new PruneRequest(rules, SCOPE, Optional.empty(), false));
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    private List<String> listed() throws IOException {
        return new Catalog(place.dumps())
                .newestFirst().stream()
                        .sorted(Comparator.comparing((Catalog.Entry entry) -> entry.manifest()
                                        .map(Manifest::startedAt)
                                        .orElse(""))
                                .reversed())
                        .map(entry -> entry.file().name())
                        .toList();
    }

    /** All files in the place, and no other. */
    private TreeSet<String> files() throws IOException {
        return new TreeSet<>(place.everything().keySet());
    }

    /** The files of dumps of these names. */
    private TreeSet<String> names(String... dumps) {
        TreeSet<String> names = new TreeSet<>();
        for (String dump : dumps) {
            names.add(place.path(dump + ".dump"));
            names.add(place.path(dump + ".dump.json"));
        }
        return names;
    }

    private TreeSet<String> names(List<String> dumps) {
        return names(dumps.stream().map(name -> name.replace(".dump", "")).toArray(String[]::new));
    }

    private static List<String> removed(PruneReport report) {
        return report.removed().stream().map(PruneReport.Dump::fileName).toList();
    }

    private static List<String> kept(PruneReport report) {
        return report.kept().stream()
                .map(kept -> kept.dump().fileName() + ": " + String.join(", ", kept.reasons()))
                .toList();
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> actual) {
        assertEquals(texts(expected), texts(actual));
    }

    private static Map<String, String> texts(Map<String, byte[]> files) {
        Map<String, String> texts = new TreeMap<>();
        files.forEach((name, bytes) -> texts.put(name, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }
}
