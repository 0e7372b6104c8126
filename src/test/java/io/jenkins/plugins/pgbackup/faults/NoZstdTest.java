package io.jenkins.plugins.pgbackup.faults;

import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import java.util.List;
import java.util.Map;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;

/** An agent on which the library of zstd cannot be loaded. */
class NoZstdTest extends FaultTable {

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.survives(
                            "the library of zstd cannot be loaded on the agent",
                            "The dump is made with gzip instead",
                            "The library of zstd cannot be loaded on agent \"linux-1\":"
                                    + " the dump is compressed with gzip, which takes longer.",
                            run -> {})
                    .only("s3"),
            Fault.fails(
                    "the library of zstd cannot be loaded on the agent, and zstd was requested",
                    "The build fails before `pg_dump` starts",
                    "ERROR: The library of zstd cannot be loaded on agent \"linux-1\":"
                            + " leave the compression out, or write gzip.",
                    run -> run.set("dump", Map.of("compression", "zstd:3"))));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    @Override
    InboundAgentExtension.Options agent() {
        InboundAgentExtension.Options agent = JenkinsWithAgent.options();
        // As on a machine of a kind for which there is none.
        agent.setJavaOptions(List.of("-DZstdNativePath=/nowhere/libzstd-jni.so"));
        return agent;
    }
}
