package io.jenkins.plugins.pgbackup.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.SecretSearch;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.fixture.RestoredDump;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is checked after every fault, whatever it was. */
final class PostFaultChecks {

    private final FaultRun run;
    private final FaultTestBed stage;
    private final Run<?, ?> build;

    PostFaultChecks(FaultRun run, Run<?, ?> build) {
        this.run = run;
        this.stage = run.stage();
        this.build = build;
    }

    void ask(Fault fault) throws Exception {
        assertThat(run.log(), build.getResult(), is(fault.result()));
        assertThat(
                "no \"" + fault.sentence() + "\" in: " + run.log(),
                fault.saying().matcher(run.log()).find());
        if (fault.made()) {
            assertTheDumpIsWhole();
        } else {
            assertTheDestinationIsAsItWas();
        }
        assertNothingUnfinishedIsLeft();
        assertNobodyIsAtWork();
        assertTheLogIsFitToRead();
    }

    private void assertTheDestinationIsAsItWas() throws Exception {
        assertThat("backups of the build", build.getAction(BackupAction.class), is(nullValue()));
        assertThat("artifacts", build.getArtifacts(), is(empty()));
        assertThat("objects", stage.s3().objects(run.bucket()), is(run.olderObjects()));
        for (String older : run.olderObjects()) {
            assertThat(older, stage.s3().object(run.bucket(), older), is(FaultRun.OLDER.getBytes(UTF_8)));
        }
        FilePath backups = stage.jenkins().workspace(run.job()).child("backups");
        if (run.driver().equals("local") && backups.exists()) {
            assertThat("local dumps", names(backups), is(run.olderFiles()));
            for (String older : run.olderFiles()) {
                assertThat(older, backups.child(older).readToString(), is(FaultRun.OLDER));
            }
        }
    }

    private void assertTheDumpIsWhole() throws Exception {
        RestoredDump dump = dump();
        Manifest manifest = manifest();
        assertThat("digest in the manifest", manifest.sha256(), is(dump.sha256()));
        assertThat("size in the manifest", manifest.sizeBytes(), is((long) dump.bytes().length));
        assertThat(
                "backups of the build",
                build.getAction(BackupAction.class).getBackups().get(0).getSha256(),
                is(dump.sha256()));
    }

    /** The one that the build has made. */
    RestoredDump dump() throws Exception {
        List<String> names = run.driver().equals("s3")
                ? stage.s3().objects(run.bucket())
                : names(stage.jenkins().workspace(run.job()).child("backups"));
        List<String> dumps = names.stream()
                .filter(name -> !name.endsWith(".json") && !name.equals(FaultRun.OLDER_NAME))
                .toList();
        assertThat("dumps: " + names, dumps.size(), is(1));
        return new RestoredDump(dumps.get(0), bytes(dumps.get(0)));
    }

    /** What is written beside {@link #dump()}. */
    Manifest manifest() throws Exception {
        String fileName = dump().fileName();
        return Manifest.parse(fileName, bytes(fileName + ".json"));
    }

    private byte[] bytes(String fileName) throws Exception {
        if (run.driver().equals("s3")) {
            return stage.s3().object(run.bucket(), fileName);
        }
        try (InputStream in = stage.jenkins()
                .workspace(run.job())
                .child("backups")
                .child(fileName)
                .read()) {
            return in.readAllBytes();
        }
    }

    private void assertNothingUnfinishedIsLeft() throws Exception {
        assertThat("unfinished uploads", stage.s3().unfinishedUploads(run.bucket()), is(empty()));
        assertThat(
                "parts in the bucket",
                stage.s3().files(run.bucket()),
                is(stage.s3().objects(run.bucket())));
        FilePath workspace = stage.jenkins().workspace(run.job());
        FilePath temporary = stage.jenkins().temporaryDirectory(run.job());
        // An agent that has lost its controller cleans up at a time of its own.
        JenkinsWithAgent.await(
                "nothing temporary is left: " + below(temporary),
                () -> below(temporary).isEmpty());
        JenkinsWithAgent.await(
                "no unfinished file is left: " + below(workspace),
                () -> below(workspace).stream().noneMatch(file -> file.endsWith(".part")));
        try (Stream<Path> files = Files.list(build.getRootDir().toPath())) {
            assertThat(
                    "notes of what is left",
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.startsWith("pgbackup-"))
                            .toList(),
                    is(empty()));
        }
    }

    private void assertNobodyIsAtWork() throws Exception {
        JenkinsWithAgent.await(
                "pg_dump has ended", () -> run.processes("pg_dump").isEmpty());
        JenkinsWithAgent.await(
                "pg_restore has ended", () -> run.processes("pg_restore").isEmpty());
        JenkinsWithAgent.await(
                "the server has no session of the build", () -> stage.postgres().backends(run.applicationName()) == 0);
    }

    private void assertTheLogIsFitToRead() throws Exception {
        SecretSearch secrets = new SecretSearch()
                .add("the database's password", stage.postgres().password())
                .add("the secret key", stage.s3().secretKey());
        assertThat("secrets in the log", secrets.in(run.log()), is(empty()));
        assertThat("a stack trace", run.log(), not(containsString("\tat ")));
    }

    private static List<String> names(FilePath directory) throws Exception {
        return directory.list().stream().map(FilePath::getName).sorted().toList();
    }

    /** Every file below a directory. */
    private static List<String> below(FilePath directory) throws Exception {
        List<String> files = new ArrayList<>();
        if (directory.exists()) {
            for (FilePath entry : directory.list()) {
                files.addAll(entry.isDirectory() ? below(entry) : List.of(entry.getRemote()));
            }
        }
        return files;
    }
}
