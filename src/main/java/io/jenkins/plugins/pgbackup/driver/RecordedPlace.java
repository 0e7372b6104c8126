package io.jenkins.plugins.pgbackup.driver;

import hudson.model.Item;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import java.util.Map;
import java.util.Optional;

/**
 * Where a dump of a build is that is no longer there.
 *
 * @param address from {@link BackupDriver#address}
 * @param machine on which the build was; empty if that cannot be reached
 * @param awsCredentialsId with which the dump was made, or {@code null}
 * @param job that has made it, or {@code null} if it is no longer there
 */
public record RecordedPlace(
        Map<String, String> address, Optional<? extends Machine> machine, String awsCredentialsId, Item job) {}
