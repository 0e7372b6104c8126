package io.jenkins.plugins.pgbackup.driver;

import hudson.Extension;
import hudson.FilePath;
import hudson.model.Fingerprint;
import hudson.model.Run;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.store.Store;
import io.jenkins.plugins.pgbackup.engine.store.local.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.model.Jenkins;
import jenkins.util.BuildListenerAdapter;

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
        return new LocalFile(store, asked == null ? store.isInsideBase() : asked, context);
    }

    @Override
    public Optional<String> withdraw(AbandonedDump dump) throws IOException, InterruptedException {
        return dump.machine().isEmpty()
                ? Optional.empty()
                : LocalStore.withdraw(dump.machine().get(), dump.leftover());
    }

    private record LocalFile(Store store, boolean archive, DriverContext context) implements OpenDriver {

        /** As {@code archiveArtifacts} does it, with exactly the dump and its manifest. */
        @Override
        public void committed(Manifest manifest) throws IOException, InterruptedException {
            if (!archive) {
                return;
            }
            String manifestName = Manifest.nameFor(manifest.fileName());
            FilePath dump = context.workspace().child(manifest.uri());
            FilePath directory = dump.getParent();
            Run<?, ?> build = context.build();
            context.listener().getLogger().println(Messages.LocalDriver_archiving(manifest.fileName()));
            try {
                build.pickArtifactManager()
                        .archive(
                                directory,
                                context.launcher(),
                                BuildListenerAdapter.wrap(context.listener()),
                                Map.of(manifest.fileName(), manifest.fileName(), manifestName, manifestName));
            } catch (IOException | InterruptedException e) {
                removeHalf(build, List.of(manifest.fileName(), manifestName), e);
                throw e;
            }
            fingerprint(build, manifest.fileName(), dump.digest());
        }

        /** Jenkins copies files straight to where people find them; other stores show what is whole, and have nothing here. */
        private static void removeHalf(Run<?, ?> build, List<String> names, Exception reason) {
            Path archive = build.getRootDir().toPath().resolve("archive");
            for (String name : names) {
                try {
                    Files.deleteIfExists(archive.resolve(name));
                } catch (IOException e) {
                    reason.addSuppressed(e);
                }
            }
        }

        private static void fingerprint(Run<?, ?> build, String name, String digest) throws IOException {
            Fingerprint fingerprint = Jenkins.get().getFingerprintMap().getOrCreate(build, name, digest);
            fingerprint.addFor(build);
            Fingerprinter.FingerprintAction action = build.getAction(Fingerprinter.FingerprintAction.class);
            if (action == null) {
                build.addAction(new Fingerprinter.FingerprintAction(build, Map.of(name, digest)));
            } else {
                action.add(Map.of(name, digest));
            }
        }
    }
}
