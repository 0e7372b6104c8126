package io.jenkins.plugins.pgbackup.faults;

import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Faults of a kind, each of which happens to a backup by every driver that it applies to. */
@WithJenkins
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultTable {

    private FaultTestBed stage;

    /** The rows, which {@code docs/reliability.md} has, too. */
    abstract List<Fault> faults();

    /** The agent to which they happen. */
    InboundAgentExtension.Options agent() throws Exception {
        return JenkinsWithAgent.options();
    }

    @BeforeAll
    void start(JenkinsRule rule) throws Exception {
        stage = FaultTestBed.start(rule, agent());
    }

    @AfterAll
    void stop() throws Exception {
        stage.close();
    }

    FaultTestBed stage() {
        return stage;
    }

    Stream<Arguments> table() {
        return faults().stream().flatMap(fault -> fault.drivers().stream().map(driver -> Arguments.of(fault, driver)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("table")
    void endsAsThePageSays(Fault fault, String driver, @TempDir Path directory) throws Exception {
        stage.play(fault, driver, directory);
    }
}
