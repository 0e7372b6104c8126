package io.jenkins.plugins.pgbackup.faults;

import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.driver.S3Driver;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import io.jenkins.plugins.pgbackup.fixture.SampleDatabase;
import java.nio.file.Path;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;

/**
 * Where faults happen to backups: a Jenkins with an agent in a JVM of its own, which serve a whole class, a PostgreSQL server and
 * an S3 server, which serve all classes of this JVM.
 */
public final class FaultTestBed implements AutoCloseable {

    /** The database that is backed up where a row does not name another. */
    public static final String DATABASE = "shop";

    private static final String TRIES = S3Driver.class.getName() + ".tries";
    private static final String ANSWER_SECONDS = S3Driver.class.getName() + ".answerSeconds";
    private static final String PAUSE_MILLIS = S3Driver.class.getName() + ".pauseMillis";

    /** Starts the server when the first class needs it. */
    private static final class SharedServer {
        // Else it refuses what is signed by a session.
        static final S3Server S3 = S3Server.start(S3Server.IGNORE_UNKNOWN_HEADERS);
    }

    private final JenkinsWithAgent jenkins;
    private final PostgresCluster postgres;
    private final S3Server s3;

    private FaultTestBed(JenkinsWithAgent jenkins, PostgresCluster postgres, S3Server s3) {
        this.jenkins = jenkins;
        this.postgres = postgres;
        this.s3 = s3;
    }

    /** Its backups give S3 up after seconds, not minutes: six tries, two seconds for an answer, short pauses. */
    public static FaultTestBed start(JenkinsRule rule) throws Exception {
        return start(rule, JenkinsWithAgent.options());
    }

    /** As {@link #start(JenkinsRule)}, with an agent of one's own options. */
    public static FaultTestBed start(JenkinsRule rule, InboundAgentExtension.Options agent) throws Exception {
        System.setProperty(TRIES, "6");
        System.setProperty(ANSWER_SECONDS, "2");
        System.setProperty(PAUSE_MILLIS, "20");
        JenkinsWithAgent jenkins = JenkinsWithAgent.start(rule, agent);
        PostgresCluster postgres = PostgresCluster.shared();
        S3Server s3 = SharedServer.S3;
        jenkins.add(postgres);
        jenkins.add(s3);
        SampleDatabase.create(postgres, DATABASE);
        return new FaultTestBed(jenkins, postgres, s3);
    }

    public JenkinsWithAgent jenkins() {
        return jenkins;
    }

    public PostgresCluster postgres() {
        return postgres;
    }

    public S3Server s3() {
        return s3;
    }

    /**
     * Lets a fault happen and checks what became of the backup.
     *
     * @param directory empty
     */
    public void play(Fault fault, String driver, Path directory) throws Exception {
        try (FaultRun run = new FaultRun(this, driver, directory)) {
            fault.act().play(run);
            run.assertEndedAs(fault);
        }
    }

    @Override
    public void close() throws Exception {
        System.clearProperty(TRIES);
        System.clearProperty(ANSWER_SECONDS);
        System.clearProperty(PAUSE_MILLIS);
        postgres.dropDatabase(DATABASE);
        jenkins.close();
    }
}
