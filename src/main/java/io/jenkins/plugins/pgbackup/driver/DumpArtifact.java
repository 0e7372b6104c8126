package io.jenkins.plugins.pgbackup.driver;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Fingerprint;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import jenkins.util.BuildListenerAdapter;

/**
 * A dump and its manifest on their way into the artifacts of a build, which replace none that are there. Their names are reserved
 * before the dump is made: a step beside this one may want the same.
 *
 * <p>What the agent answers is never a name here, and what is removed is one directly in the directory of the artifacts.
 */
final class DumpArtifact implements AutoCloseable {

    private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

    /** Of the steps that run. */
    private static final Set<Reservation> RESERVED = ConcurrentHashMap.newKeySet();

    private final Run<?, ?> build;
    private Optional<Reservation> reservation = Optional.empty();

    DumpArtifact(Run<?, ?> build) {
        this.build = build;
    }

    private record Reservation(String build, String dump) {

        Reservation {
            if (dump.isEmpty()
                    || dump.equals(".")
                    || dump.equals("..")
                    || dump.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
                throw new IllegalArgumentException("not the name of a file");
            }
        }

        String manifest() {
            return Manifest.nameFor(dump);
        }
    }

    /**
     * Reserves the name of a dump, and of its manifest.
     *
     * @throws BackupException with a sentence that says what to do where an artifact has one of them, or a step is about to
     *     archive it
     */
    void reserve(String dump) throws IOException {
        Reservation wanted = new Reservation(build.getExternalizableId(), dump);
        if (!RESERVED.add(wanted)) {
            throw new BackupException(Messages.DumpArtifact_isReserved(dump));
        }
        reservation = Optional.of(wanted);
        for (String name : new String[] {dump, wanted.manifest()}) {
            if (isThere(name)) {
                throw new BackupException(Messages.DumpArtifact_exists(name));
            }
        }
    }

    private boolean isThere(String name) throws IOException {
        return build.getArtifactManager().root().child(name).exists();
    }

    /**
     * Archives them as {@code archiveArtifacts} does it, with a fingerprint of the dump.
     *
     * @param dump on the agent
     */
    void archive(FilePath dump, Launcher launcher, TaskListener listener) throws IOException, InterruptedException {
        Reservation reserved = reservation.orElseThrow();
        String name = reserved.dump();
        String manifest = reserved.manifest();
        if (isThere(name) || isThere(manifest)) {
            throw new IOException(Messages.DumpArtifact_hasAppeared(name));
        }
        try {
            build.pickArtifactManager()
                    .archive(
                            dump.getParent(),
                            launcher,
                            BuildListenerAdapter.wrap(listener),
                            Map.of(name, name, manifest, manifest));
        } catch (IOException | InterruptedException e) {
            removeHalf(reserved, e);
            throw e;
        }
        String digest = dump.digest();
        if (!MD5.matcher(digest).matches()) {
            throw new IOException(Messages.DumpArtifact_noDigest());
        }
        fingerprint(name, digest);
    }

    /** Jenkins copies files straight to where people find them; other stores show what is whole, and have nothing here. */
    private void removeHalf(Reservation reserved, Exception reason) {
        Path archive = build.getRootDir().toPath().resolve("archive").normalize();
        for (String name : new String[] {reserved.dump(), reserved.manifest()}) {
            Path file = archive.resolve(name).normalize();
            if (!archive.equals(file.getParent())) {
                throw new IllegalStateException("not an artifact");
            }
            try {
                // Where it is a link, it goes itself and not what it leads to.
                Files.deleteIfExists(file);
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }
    }

    private void fingerprint(String name, String digest) throws IOException {
        Fingerprint fingerprint = Jenkins.get().getFingerprintMap().getOrCreate(build, name, digest);
        fingerprint.addFor(build);
        Fingerprinter.FingerprintAction action = build.getAction(Fingerprinter.FingerprintAction.class);
        if (action == null) {
            build.addAction(new Fingerprinter.FingerprintAction(build, Map.of(name, digest)));
        } else {
            action.add(Map.of(name, digest));
        }
    }

    @Override
    public void close() {
        reservation.ifPresent(RESERVED::remove);
    }
}
