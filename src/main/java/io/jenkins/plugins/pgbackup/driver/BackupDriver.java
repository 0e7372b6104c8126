package io.jenkins.plugins.pgbackup.driver;

import hudson.Util;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.settings.BackupSettings;
import io.jenkins.plugins.pgbackup.settings.Variables;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A place where dumps are kept, as driver, destination and what belongs to them say. */
public sealed interface BackupDriver permits LocalDriver, S3Driver {

    /**
     * Reads the settings that name the place, without looking at any machine or network.
     *
     * @throws InvalidInputException with a sentence that says what to write
     */
    static BackupDriver of(BackupSettings settings, Variables variables) {
        return of(
                settings.getDriver(),
                variables.expand(settings.getDestination()),
                settings.getArchive(),
                settings.getS3().toSettings(variables),
                settings.getAwsCredentialsId());
    }

    /** Refuses a driver or a destination that can be none, likewise. */
    static void check(String driver, String destination) {
        of(driver, destination, null, S3Settings.DEFAULTS, null);
    }

    private static BackupDriver of(
            String driver, String destination, Boolean archive, S3Settings s3, String awsCredentialsId) {
        DriverName name = DriverName.parse(driver);
        if (Util.fixEmptyAndTrim(destination) == null) {
            throw new InvalidInputException(Messages.BackupDriver_destinationMissing());
        }
        return switch (name) {
            case LOCAL -> new LocalDriver(destination, archive);
            case S3 -> new S3Driver(S3Location.parse(destination), s3, awsCredentialsId);
        };
    }

    /**
     * Withdraws a dump that an earlier build has left unfinished; that it is gone already is no failure.
     *
     * @param driver with which it was made
     * @return what was withdrawn, for the middle of a sentence; empty if there was nothing, or nothing that can be reached
     * @throws IOException with a sentence for people if it could not be withdrawn
     */
    static Optional<String> withdraw(String driver, AbandonedDump dump) throws IOException, InterruptedException {
        return switch (DriverName.parse(driver)) {
            case LOCAL -> LocalDriver.withdraw(dump);
            case S3 -> S3Driver.withdraw(dump);
        };
    }

    /**
     * Removes a dump that a build has made which is no longer there.
     *
     * @param driver with which it was made
     * @param sha256 of the dump, as the build had recorded it
     * @return whether it was there; another dump of that name is left alone
     * @throws IOException with a sentence for people if it could not be removed
     */
    static boolean delete(String driver, RecordedPlace place, String fileName, String sha256) throws IOException {
        return switch (DriverName.parse(driver)) {
            case LOCAL -> LocalDriver.delete(place, fileName, sha256);
            case S3 -> S3Driver.delete(place, fileName, sha256);
        };
    }

    /** What {@link #delete} needs to know of the place of a dump: no secrets. */
    Map<String, String> address(Manifest made);

    DriverName name();

    /** The credentials of AWS that it needs, or {@code null}. */
    String awsCredentialsId();

    /**
     * Refuses a place that names a file for something else than what is to be in it, or that the administrator does not
     * allow, without looking at any machine or network.
     *
     * @throws InvalidInputException with a sentence that says what to write or choose
     */
    void check(DumpOptions options);

    /** Opens the place where a build's dump goes. */
    OpenDriver open(DriverContext context) throws IOException, InterruptedException;
}
