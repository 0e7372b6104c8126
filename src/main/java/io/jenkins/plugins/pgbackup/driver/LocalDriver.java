package io.jenkins.plugins.pgbackup.driver;

import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.DumpDeletion;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import io.jenkins.plugins.pgbackup.engine.store.local.MachineDumps;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps dumps on the agent's disk, and archives them with the build.
 *
 * @param destination a file, or a directory with a slash at its end
 * @param archive {@code null} to archive what lies inside the workspace
 */
record LocalDriver(String destination, Boolean archive) implements BackupDriver {

    private static final String PATH = "path";

    LocalDriver {
        LocalStore.checkDestination(destination);
    }

    @Override
    public Map<String, String> address(Manifest made) {
        return Map.of(PATH, made.uri());
    }

    static boolean delete(RecordedPlace place, String fileName, String sha256) throws IOException {
        Machine machine = place.machine().orElseThrow(() -> new BackupException(Messages.LocalDriver_offline()));
        String path = place.address().get(PATH);
        Optional<MachineDumps> dumps = MachineDumps.ofFile(machine, path);
        return dumps.isPresent() && new DumpDeletion(dumps.get(), Clock.systemUTC()).delete(fileName, sha256);
    }

    @Override
    public DriverName name() {
        return DriverName.LOCAL;
    }

    @Override
    public String awsCredentialsId() {
        return null;
    }

    @Override
    public void check(DumpOptions options) {
        options.checkPath(destination);
    }

    @Override
    public OpenDriver open(DriverContext context) throws IOException, InterruptedException {
        LocalStore store = LocalStore.at(context.machine(), context.workspace().getRemote(), destination, true);
        return (archive == null ? store.isInsideBase() : archive)
                ? new ArchivedFile(store, context)
                : new OpenFile(store, context);
    }

    static Optional<String> withdraw(AbandonedDump dump) throws IOException, InterruptedException {
        return dump.machine().isEmpty()
                ? Optional.empty()
                : LocalStore.withdraw(dump.machine().get(), dump.leftover());
    }

    private record OpenFile(Store store, DriverContext context) implements OpenDriver {

        @Override
        public WritableDumps dumpsBeside(Manifest made) throws IOException {
            return LocalDriver.dumpsBeside(made, context);
        }
    }

    private static WritableDumps dumpsBeside(Manifest made, DriverContext context) throws IOException {
        return MachineDumps.of(context.machine(), context.workspace().getRemote(), made.uri());
    }

    private static final class ArchivedFile implements OpenDriver {

        private final DriverContext context;
        private final DumpArtifact artifact;
        private final Store store;

        ArchivedFile(LocalStore store, DriverContext context) {
            this.context = context;
            this.artifact = new DumpArtifact(context.build());
            this.store = store.with(artifact::reserve);
        }

        @Override
        public Store store() {
            return store;
        }

        @Override
        public WritableDumps dumpsBeside(Manifest made) throws IOException {
            return LocalDriver.dumpsBeside(made, context);
        }

        @Override
        public void committed(Manifest manifest) throws IOException, InterruptedException {
            context.listener().getLogger().println(Messages.LocalDriver_archiving(manifest.fileName()));
            artifact.archive(context.workspace().child(manifest.uri()), context.launcher(), context.listener());
        }

        @Override
        public void close() {
            artifact.close();
        }
    }
}
