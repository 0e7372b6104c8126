package io.jenkins.plugins.pgbackup.faults;

import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** An agent on which the library of zstd cannot be loaded. */
@WithJenkins
class NoZstdTest {

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.survives(
                            "the library of zstd cannot be loaded on the agent",
                            "The library of zstd cannot be loaded on agent \"linux-1\":"
                                    + " the dump is compressed with gzip, which takes longer.",
                            run -> {})
                    .only("s3"),
            Fault.fails(
                    "the library of zstd cannot be loaded on the agent, and zstd was asked for",
                    "ERROR: The library of zstd cannot be loaded on agent \"linux-1\":"
                            + " leave the compression out, or write gzip.",
                    run -> run.set("dump", Map.of("compression", "zstd:3"))));

    private static FaultStage stage;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        InboundAgentExtension.Options agent = JenkinsWithAgent.options();
        // As on a machine of a kind for which there is none.
        agent.setJavaOptions(List.of("-DZstdNativePath=/nowhere/libzstd-jni.so"));
        stage = FaultStage.start(rule, agent);
    }

    @AfterAll
    static void stop() throws Exception {
        stage.close();
    }

    static Stream<Arguments> table() {
        return FaultStage.table(FAULTS);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("table")
    void isMadeWithoutItOrNotAtAll(Fault fault, String driver, @TempDir Path directory) throws Exception {
        stage.play(fault, driver, directory);
    }
}
