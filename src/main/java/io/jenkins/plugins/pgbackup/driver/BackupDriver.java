package io.jenkins.plugins.pgbackup.driver;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/** A kind of place where dumps are kept: what the {@code driver} argument names. A new kind is a new extension. */
public abstract class BackupDriver implements ExtensionPoint {

    /** What the {@code driver} argument says. */
    public abstract String getName();

    /** What the form says. */
    public abstract String getDisplayName();

    /**
     * Refuses a destination that can be none, without looking at any machine or network.
     *
     * @throws InvalidInputException with a sentence that says what to write
     */
    public abstract void checkDestination(String destination);

    /**
     * Refuses a destination that names a file for something else than what is to be in it, without looking at any machine.
     *
     * @throws InvalidInputException with a sentence that says what to write
     */
    public void checkContent(String destination, DumpOptions options) {
        // Most name no file.
    }

    /**
     * Refuses to reach the store in a way that the administrator does not allow, without looking at any machine or network.
     *
     * @param awsCredentialsId or {@code null} for none
     * @throws InvalidInputException with a sentence that says what to choose
     */
    public void checkAccess(S3Settings settings, String awsCredentialsId) {
        // Most need nothing that is not the build's own.
    }

    /** Opens the place where a build's dump goes. */
    public abstract OpenDriver open(DriverContext context) throws IOException, InterruptedException;

    /**
     * Withdraws a dump that an earlier build has left unfinished; that it is gone already is no failure.
     *
     * @return what was withdrawn, for the middle of a sentence; empty where there was nothing, or nothing that can be reached
     * @throws IOException with a sentence for people where it could not be withdrawn
     */
    public abstract Optional<String> withdraw(AbandonedDump dump) throws IOException, InterruptedException;

    /** All there are. */
    public static ExtensionList<BackupDriver> all() {
        return ExtensionList.lookup(BackupDriver.class);
    }

    /**
     * Finds one.
     *
     * @throws InvalidInputException where there is none of that name, with the names that there are
     */
    public static BackupDriver named(String name) {
        return all().stream()
                .filter(driver -> driver.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(Messages.BackupDriver_unknown(
                        name, all().stream().map(BackupDriver::getName).sorted().collect(Collectors.joining(", ")))));
    }
}
