package io.jenkins.plugins.pgbackup.engine.catalog;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps.Deletion;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Removes dumps so that one that is not whole is never shown, whenever it is killed: the manifest is marked first, then the dump
 * is removed, then the manifest. What has a marked manifest is not shown, and the next run ends the work.
 *
 * <p>Several may do the same at once: that something is gone already is what was wanted.
 */
public final class Removal {

    private final WritableDumps dumps;

    public Removal(WritableDumps dumps) {
        this.dumps = dumps;
    }

    /**
     * A dump that is to be removed, as its manifest described it when that was decided.
     *
     * @param startedAt as in the manifest
     * @param sha256 as in the manifest
     */
    public record Doomed(String name, String startedAt, String sha256) {

        private boolean is(Manifest manifest) {
            return name.equals(manifest.fileName())
                    && sha256.equals(manifest.sha256())
                    && startedAt.equals(manifest.startedAt());
        }
    }

    /**
     * What became of them.
     *
     * @param removed the names of those that are gone
     * @param refused a sentence for each that is not, by the name
     * @param versionsStay whether the store keeps older versions of what was removed
     */
    public record Result(List<String> removed, Map<String, String> refused, boolean versionsStay) {}

    /**
     * Removes a few dumps.
     *
     * @param now the moment that is written into the mark
     * @throws IOException if the store fails; what was marked by then stays marked
     */
    public Result remove(List<Doomed> doomed, Instant now) throws IOException {
        Map<String, String> refused = new HashMap<>();
        List<String> marked = new ArrayList<>();
        for (Doomed dump : doomed) {
            try {
                if (mark(dump, now)) {
                    marked.add(dump.name());
                }
            } catch (BackupException e) {
                refused.put(dump.name(), e.getMessage());
            }
        }
        Deletion ofDumps = dumps.delete(marked);
        List<String> gone = new ArrayList<>(marked);
        for (Map.Entry<String, String> refusal : ofDumps.refused().entrySet()) {
            gone.remove(refusal.getKey());
            refused.put(refusal.getKey(), unmark(refusal.getKey(), refusal.getValue()));
        }
        Deletion ofManifests = dumps.delete(gone.stream().map(Manifest::nameFor).toList());
        List<String> removed = new ArrayList<>();
        for (String name : gone) {
            String because = ofManifests.refused().get(Manifest.nameFor(name));
            if (because == null) {
                removed.add(name);
            } else {
                refused.put(name, uri(Manifest.nameFor(name)) + " could not be removed, because " + because + ".");
            }
        }
        return new Result(removed, refused, ofDumps.versionsStay() || ofManifests.versionsStay());
    }

    /**
     * Shows a dump again that was marked and is still there.
     *
     * @throws BackupException if that is refused
     */
    public void restoreManifest(String name) throws IOException {
        Optional<byte[]> json = read(name);
        Optional<byte[]> before = json.flatMap(Manifest::unmarked);
        if (before.isPresent()) {
            dumps.replace(Manifest.nameFor(name), before.get());
        } else if (json.isPresent()) {
            throw new BackupException(uri(Manifest.nameFor(name))
                    + " says that its dump is being removed in words of another program: look at both.");
        }
    }

    /** @return false if another one has removed the dump meanwhile */
    private boolean mark(Doomed dump, Instant now) throws IOException {
        Optional<byte[]> json = read(dump.name());
        if (json.isEmpty()) {
            return false;
        }
        Manifest manifest = Manifest.parseWithoutTables(uri(Manifest.nameFor(dump.name())), json.get());
        if (!dump.is(manifest)) {
            throw new BackupException(uri(dump.name())
                    + " was replaced while it was to be removed, and was left as it is: run this again.");
        }
        if (manifest.removal() == null) {
            dumps.replace(Manifest.nameFor(dump.name()), Manifest.marked(json.get(), now));
        }
        return true;
    }

    /** @return a sentence of what was refused */
    private String unmark(String name, String because) {
        String sentence = uri(name) + " could not be removed, because " + because + ".";
        try {
            restoreManifest(name);
            return sentence;
        } catch (IOException e) {
            return sentence + " It is not listed until it is removed, because its manifest could not be put back: "
                    + e.getMessage();
        }
    }

    private Optional<byte[]> read(String name) throws IOException {
        return dumps.read(Manifest.nameFor(name), Catalog.LONGEST_MANIFEST_BYTES);
    }

    private String uri(String name) {
        return dumps.source(name).uri();
    }
}
