package io.jenkins.plugins.pgbackup.driver;

import hudson.model.Run;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import java.util.Map;
import java.util.Optional;

/**
 * A dump that was never finished, by a build that can no longer withdraw it.
 *
 * @param leftover what its {@link io.jenkins.plugins.pgbackup.engine.store.PendingBackup} said of it
 * @param machine on which it was made; empty if that cannot be reached
 * @param awsCredentialsId with which it was made, or {@code null}
 * @param build that withdraws it
 */
public record AbandonedDump(
        Map<String, String> leftover, Optional<? extends Machine> machine, String awsCredentialsId, Run<?, ?> build) {}
