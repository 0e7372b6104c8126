package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.emptyArray;
import static org.hamcrest.Matchers.is;

import io.jenkins.plugins.pgbackup.fixture.PostgresGate;
import io.jenkins.plugins.pgbackup.fixture.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What happens to the directories that a backup works in. */
class AgentDiskFaultsTest extends FaultTable {

    /** Room for the beginning of the sample database's dump, which has a few megabytes. */
    private static final String ROOM_FOR_A_BEGINNING = "size=1m";

    /** Inodes for the directory itself, the private one and the password file in it. */
    private static final String NO_ROOM_FOR_A_FIFO = "nr_inodes=3";

    private static final String DUMP = FaultRun.NAME + ".dump.zst";

    private static final String EXISTS =
            " exists already and was left as it is: choose another file name or directory, or remove it first.";

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.fails(
                            "the workspace is removed in the middle of a table, and the destination with it",
                            "The build fails at the end of the dump",
                            "ERROR: The directory … was removed while the backup ran, and the dump with it:"
                                    + " let nothing clean it up meanwhile, then run the backup again.",
                            AgentDiskFaultsTest::removeWorkspace)
                    .only("local"),
            Fault.survives(
                            "the workspace is removed in the middle of a table, and the dump goes elsewhere",
                            "The dump is made: it needs nothing of the workspace",
                            "Backed up to s3://…",
                            AgentDiskFaultsTest::removeWorkspace)
                    .only("s3"),
            Fault.fails(
                    "the directory for temporary files is full",
                    "The build fails before it connects",
                    "ERROR: … cannot be made (No space left on device), one of the few small files that are needed beside the"
                            + " dump: make room there, let the user that runs this write to it, or choose another"
                            + " directory for temporary files.",
                    run -> disk(temporaryDirectory(run), "size=64k").fill()),
            Fault.fails(
                    "the directory for temporary files has no inodes left",
                    "The build fails before `pg_dump` starts",
                    "ERROR: … cannot be made (No space left on device), one of the few small files that are needed beside the"
                            + " dump: make room there, let the user that runs this write to it, or choose another"
                            + " directory for temporary files.",
                    run -> disk(temporaryDirectory(run), NO_ROOM_FOR_A_FIFO)),
            Fault.fails(
                            "the destination gets full",
                            "The build fails; the unfinished file is removed",
                            "ERROR: The dump could not be written to … (No space left on device):"
                                    + " make room there or choose another destination.",
                            run -> {
                                disk(backups(run), ROOM_FOR_A_BEGINNING);
                                writeOlderDump(run);
                            })
                    .only("local"),
            Fault.fails(
                            "the destination is read-only",
                            "The build fails; the older dump of that name stays",
                            "ERROR: No file can be created in … (Read-only file system):"
                                    + " choose a destination that … may write to.",
                            run -> {
                                SmallDisk disk = disk(backups(run), ROOM_FOR_A_BEGINNING);
                                writeOlderDump(run);
                                disk.makeReadOnly();
                            })
                    .only("local"),
            Fault.fails(
                            "the destination's directory is replaced by a link in the middle of a table",
                            "The build fails; nothing gets behind the link, and the unfinished file is removed where its"
                                    + " directory is now",
                            "ERROR: The directory … was replaced by a link to … while the backup ran, and nothing was"
                                    + " published there: leave it as it is meanwhile, then run the backup again.",
                            AgentDiskFaultsTest::replaceDestinationByLink)
                    .only("local"),
            Fault.fails(
                            "a file of that name is in the destination's directory",
                            "The build fails before `pg_dump` starts; the file stays as it was",
                            "ERROR: …/backups/" + DUMP + EXISTS,
                            run -> run.putOlderFile(DUMP))
                    .only("local"),
            Fault.fails(
                            "a file of that name appears in the destination's directory while the dump is made",
                            "The build fails; that file stays as it was, and the unfinished one is removed",
                            "ERROR: …/backups/" + DUMP + EXISTS,
                            run -> {
                                PostgresGate gate = run.gate();
                                run.startUntilInTheMiddle();
                                run.putOlderFile(DUMP);
                                gate.open();
                            })
                    .only("local"),
            Fault.fails(
                            "a manifest of that name is in the destination's directory, without its dump",
                            "The build fails before `pg_dump` starts; the manifest stays as it was",
                            "ERROR: …/backups/" + DUMP + ".json" + EXISTS,
                            run -> run.putOlderFile(DUMP + ".json"))
                    .only("local"));

    private static final List<SmallDisk> DISKS = new ArrayList<>();

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    @AfterEach
    void unmount() throws Exception {
        for (SmallDisk disk : DISKS) {
            disk.close();
        }
        DISKS.clear();
    }

    private static void removeWorkspace(FaultRun run) throws Exception {
        PostgresGate gate = run.gate();
        run.startUntilInTheMiddle();
        run.stage().jenkins().workspace(run.job()).deleteRecursive();
        gate.open();
    }

    /** The dump is on its way into the directory when that gets another name, and a link out of the workspace its old one. */
    private static void replaceDestinationByLink(FaultRun run) throws Exception {
        Path backups = backups(run);
        Path renamed = backups.resolveSibling("renamed");
        Path elsewhere = Files.createTempDirectory("pgbackup-elsewhere");
        PostgresGate gate = run.gate();
        run.startUntilInTheMiddle();
        Files.move(backups, renamed);
        Files.createSymbolicLink(backups, elsewhere);
        gate.open();
        run.finish();
        assertThat("files behind the link", elsewhere.toFile().list(), is(emptyArray()));
        Files.delete(backups);
        Files.move(renamed, backups);
        Files.delete(elsewhere);
    }

    private static Path backups(FaultRun run) {
        return Path.of(
                run.stage().jenkins().workspace(run.job()).child("backups").getRemote());
    }

    private static Path temporaryDirectory(FaultRun run) {
        return Path.of(run.stage().jenkins().temporaryDirectory(run.job()).getRemote());
    }

    private static void writeOlderDump(FaultRun run) throws IOException {
        Files.writeString(backups(run).resolve(FaultRun.OLDER_NAME), FaultRun.OLDER);
    }

    private static SmallDisk disk(Path directory, String options) throws IOException {
        SmallDisk disk = SmallDisk.on(Files.createDirectories(directory), options);
        DISKS.add(disk);
        return disk;
    }
}
