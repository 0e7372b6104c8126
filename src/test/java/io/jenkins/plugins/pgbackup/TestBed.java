package io.jenkins.plugins.pgbackup;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Where the backups of a class of tests are made: a Jenkins with an agent that can log in to a database. */
@WithJenkins
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TestBed {

    public static final PostgresCluster POSTGRES = PostgresCluster.shared();

    public JenkinsWithAgent jenkins;

    private final String database;

    TestBed(String database) {
        this.database = database;
    }

    /** Creates the database and what is in it. */
    abstract void createDatabase();

    @BeforeAll
    void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        jenkins.add(POSTGRES);
        createDatabase();
    }

    @AfterAll
    void stop() throws Exception {
        jenkins.close();
        POSTGRES.dropDatabase(database);
    }

    /** A backup of the database to a place on the agent. */
    protected StepSettings toDisk(String destination) {
        return JenkinsWithAgent.toDisk(POSTGRES.urlWithoutPassword(database), destination);
    }
}
