package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Dumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Uri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where dumps are found again: paths, and what begins with {@code s3://}. */
final class DumpAddress {

    private DumpAddress() {}

    /** Finds one dump. */
    static StoredDump find(String address, S3Access s3) throws IOException {
        if (S3Location.isUri(address)) {
            S3Uri uri = S3Uri.parse(address);
            return StoredDump.find(new S3Dumps(s3.connection(), uri.location()), uri.fileName());
        }
        Path file = Path.of(address).toAbsolutePath();
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new BackupException(
                    file + " is not a regular file, and nothing else is read: write the name of a dump.");
        }
        if (!Files.isRegularFile(file)) {
            throw new BackupException("There is no file " + file + ": see pgbackup list for what there is.");
        }
        return StoredDump.find(new LocalDumps(file.getParent()), file.toFile().getName());
    }

    /** Opens the place of several dumps. A directory has the path that a backup there writes into its manifest. */
    static WritableDumps open(String address, S3Access s3) throws IOException {
        if (S3Location.isUri(address)) {
            S3Location location = S3Location.parse(address);
            return new S3Dumps(s3.connection(), location);
        }
        Path directory = Path.of(address).toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) {
            throw new BackupException("There is no directory " + directory + ": write one, or s3://bucket/prefix.");
        }
        return new LocalDumps(directory);
    }
}
