package io.jenkins.plugins.pgbackup.driver;

import hudson.Extension;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import java.io.IOException;
import java.util.Optional;

/** Keeps dumps on the agent's disk, and archives them with the build. */
@Extension(ordinal = 2)
public final class LocalDriver extends BackupDriver {

    @Override
    public String getName() {
        return "local";
    }

    @Override
    public String getDisplayName() {
        return Messages.LocalDriver_displayName();
    }

    @Override
    public void checkDestination(String destination) {
        LocalStore.checkDestination(destination);
    }

    @Override
    public void checkContent(String destination, DumpOptions options) {
        options.checkPath(destination);
    }

    @Override
    public OpenDriver open(DriverContext context) throws IOException, InterruptedException {
        LocalStore store = LocalStore.at(
                context.machine(),
                context.workspace().getRemote(),
                context.settings().getDestination(),
                true);
        Boolean asked = context.settings().getArchive();
        return (asked == null ? store.isInsideBase() : asked) ? new ArchivedFile(store, context) : () -> store;
    }

    @Override
    public Optional<String> withdraw(AbandonedDump dump) throws IOException, InterruptedException {
        return dump.machine().isEmpty()
                ? Optional.empty()
                : LocalStore.withdraw(dump.machine().get(), dump.leftover());
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
