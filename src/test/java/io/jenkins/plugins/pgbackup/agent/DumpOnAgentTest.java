package io.jenkins.plugins.pgbackup.agent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.engine.BackupHere;
import io.jenkins.plugins.pgbackup.engine.PlainRestore;
import io.jenkins.plugins.pgbackup.engine.RecordingListener;
import io.jenkins.plugins.pgbackup.engine.Verify;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.machine.LocalMachine;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoredContents;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Dumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3TestBed;
import io.jenkins.plugins.pgbackup.fixture.CuttableLink;
import io.jenkins.plugins.pgbackup.fixture.LockedTable;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A dump in a bucket is read by an agent that has no key, and none of its bytes go through the controller. */
@WithJenkins
class DumpOnAgentTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String SOURCE = "dump_on_agent";
    private static final String TARGET = "dump_on_agent_target";

    private static CuttableLink link;
    private static JenkinsWithAgent jenkins;
    private static S3TestBed s3;
    private static StoredDump dump;
    private static Manifest manifest;

    private FilePath workspace;
    private Machine agent;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        link = CuttableLink.to(rule.jenkins.getTcpSlaveAgentListener().getPort());
        InboundAgentExtension.Options options = JenkinsWithAgent.options();
        options.setTunnel(link.address());
        jenkins = JenkinsWithAgent.start(rule, options);
        s3 = new S3TestBed();
        POSTGRES.createDatabase(SOURCE);
        POSTGRES.psql(SOURCE, "CREATE TABLE t AS SELECT n, md5(n::text) AS m FROM generate_series(1, 100000) n");
        manifest = new BackupHere(
                        POSTGRES.url(SOURCE),
                        new DumpOptionsBuilder().build(),
                        "shop",
                        Verification.NONE,
                        Duration.ZERO)
                .make(new LocalMachine(), s3.store, new RecordingListener());
        dump = StoredDump.find(new S3Dumps(s3.connection, s3.location), manifest.fileName());
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        jenkins.close();
        link.close();
        POSTGRES.dropDatabase(SOURCE);
    }

    @BeforeEach
    void createTarget() throws Exception {
        POSTGRES.createDatabase(TARGET);
        workspace = jenkins.agent().getRootPath().child("workspace/" + TARGET);
        String path = POSTGRES.bin("pg_restore").getParent() + ":" + System.getenv("PATH");
        agent = new AgentMachine(workspace, workspace.createLauncher(TaskListener.NULL), new EnvVars("PATH", path));
        workspace.mkdirs();
    }

    @AfterEach
    void dropTarget() {
        POSTGRES.dropDatabase(TARGET);
    }

    @Test
    void isVerifiedAndRestored() throws Exception {
        // The first time, our classes go to the agent, where they stay.
        verify();
        Verify.Report report;
        long moved;
        try (ChannelBytes bytes =
                new ChannelBytes((Channel) jenkins.agent().toComputer().getChannel())) {
            report = verify();
            restore(false);
            moved = bytes.sum();
        }

        assertThat(report.sha256(), is(manifest.sha256()));
        assertThat(report.unproven(), is(empty()));
        assertThat(POSTGRES.psql(TARGET, "SELECT count(DISTINCT m) FROM t"), is("100000"));
        assertThat(moved, allOf(greaterThan(0L), lessThan(manifest.sizeBytes() / 2)));
    }

    @Test
    void endsWithTheAgentThatLosesItsController() throws Exception {
        POSTGRES.psql(TARGET, "CREATE TABLE t (n int, m text)");
        try (LockedTable locked = LockedTable.lock(POSTGRES, TARGET, "t")) {
            FutureTask<Void> restore = new FutureTask<>(() -> {
                restore(true);
                return null;
            });
            new Thread(restore).start();
            JenkinsWithAgent.await("pg_restore waits for the lock", () -> locked.isWaitedForBy("pgbackup "));
            List<FilePath> directories = WorkspaceList.tempDir(workspace).listDirectories();
            assertThat(directories, hasSize(1));

            link.cut();

            JenkinsWithAgent.await("pg_restore has ended", () -> !locked.isWaitedForBy("pgbackup "));
            assertThrows(Exception.class, restore::get);
            JenkinsWithAgent.await("the agent is back", jenkins.agent().toComputer()::isOnline);
            JenkinsWithAgent.await(
                    "its private directory is gone",
                    () -> !jenkins.agent()
                            .createPath(directories.get(0).getRemote())
                            .exists());
        }
    }

    private Verify.Report verify() throws Exception {
        return new Verify(agent, new RecordingListener()).run(dump);
    }

    private void restore(boolean clean) throws Exception {
        PlainRestore.run(
                agent,
                new RecordingListener(),
                dump,
                PostgresUrl.parse(POSTGRES.url(TARGET)),
                new RestoreOptions(clean, 1, true, true, false, RestoredContents.ALL));
    }
}
