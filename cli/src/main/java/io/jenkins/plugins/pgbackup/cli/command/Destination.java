package io.jenkins.plugins.pgbackup.cli.command;

import io.jenkins.plugins.pgbackup.cli.s3.S3Access;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import java.io.IOException;
import java.util.List;

/** Where a backup goes: {@code --driver DRIVER DESTINATION}. */
record Destination(Driver driver, String place) {

    private static final int DRIVER_AND_PLACE = 2;

    /** @throws InvalidInputException if it is missing, or there is more than one */
    static Destination of(List<String> driverAndPlace) {
        if (driverAndPlace.isEmpty()) {
            throw new InvalidInputException(
                    "The driver and the destination are missing: write --driver local FILE, or --driver s3 BUCKET.");
        }
        if (driverAndPlace.size() > DRIVER_AND_PLACE) {
            throw new InvalidInputException("There is more than one --driver: run pgbackup once for each.");
        }
        Driver driver = Driver.named(driverAndPlace.get(0));
        if (DatabaseArguments.isUrl(driverAndPlace.get(1))) {
            throw new InvalidInputException(
                    "The destination is missing: write it between the driver and the URL of the database.");
        }
        return new Destination(driver, driverAndPlace.get(1));
    }

    /** @throws InvalidInputException if it is invalid */
    void check(S3Access s3) {
        driver.check(place, s3);
    }

    /** @throws InvalidInputException if the file's name contradicts what is to be in it */
    void check(DumpOptions options) {
        if (driver == Driver.LOCAL) {
            options.checkPath(place);
        }
    }

    Store open(Machine machine, S3Access s3) throws IOException, InterruptedException {
        return driver.open(place, machine, s3);
    }

    /** The dumps of the place where a dump was made. */
    WritableDumps dumpsBeside(String uri, S3Access s3) throws IOException {
        return driver.dumpsBeside(uri, place, s3);
    }
}
