package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Dumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of stores, by the names that {@code --driver} has for them. */
enum Driver {
    LOCAL {
        @Override
        void check(String destination, S3Access s3) {
            LocalStore.checkDestination(destination);
            if (s3.isConfigured()) {
                throw new InvalidInputException(
                        "The local driver has no use for options of S3: leave them out, or write --driver s3 BUCKET.");
            }
        }

        @Override
        Store open(String destination, Machine machine, S3Access s3) throws IOException, InterruptedException {
            return LocalStore.at(machine, System.getProperty("user.dir"), destination, false);
        }

        @Override
        WritableDumps dumpsBeside(String uri, String destination, S3Access s3) {
            return new LocalDumps(Path.of(uri).getParent());
        }
    },

    S3 {
        @Override
        void check(String destination, S3Access s3) {
            S3Location.parse(destination);
        }

        @Override
        Store open(String destination, Machine machine, S3Access s3) throws IOException {
            return new S3Store(s3.connection(), S3Location.parse(destination), machine);
        }

        @Override
        WritableDumps dumpsBeside(String uri, String destination, S3Access s3) throws IOException {
            return new S3Dumps(s3.connection(), S3Location.parse(destination));
        }
    };

    /** @throws InvalidInputException if there is none of that name */
    static Driver named(String name) {
        return Stream.of(values())
                .filter(driver -> driver.id().equals(name))
                .findFirst()
                // The name is not repeated: it may be a URL with a password that went astray.
                .orElseThrow(
                        () -> new InvalidInputException("Unknown driver. The available drivers are " + ids() + "."));
    }

    /** @throws InvalidInputException if the destination, or an option, is none of this driver's */
    abstract void check(String destination, S3Access s3);

    /** Opens the store. */
    abstract Store open(String destination, Machine machine, S3Access s3) throws IOException, InterruptedException;

    /** The dumps of the place where a dump was made. */
    abstract WritableDumps dumpsBeside(String uri, String destination, S3Access s3) throws IOException;

    private String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String ids() {
        return Stream.of(values()).map(Driver::id).collect(Collectors.joining(" and "));
    }
}
