package io.jenkins.plugins.pgbackup.driver;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import java.io.IOException;
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

    /** Opens the place where a build's dump goes. */
    public abstract OpenDriver open(DriverContext context) throws IOException, InterruptedException;

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
