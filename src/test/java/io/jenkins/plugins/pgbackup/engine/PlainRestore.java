package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/** A restore to a database that is there and empty, without journal and scripts. */
public final class PlainRestore {

    private PlainRestore() {}

    public static RestoreReport run(
            Machine machine, BackupListener listener, StoredDump dump, PostgresUrl url, RestoreOptions options)
            throws IOException, InterruptedException {
        RestoreRequest request = new RestoreRequest(url, RestoreTarget.EMPTY, options, List.of());
        return new Restore(request, dump, machine, Journal.NONE, listener, Clock.systemUTC()).run();
    }
}
