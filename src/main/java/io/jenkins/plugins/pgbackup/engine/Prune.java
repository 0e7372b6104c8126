package io.jenkins.plugins.pgbackup.engine;

import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Removal;
import io.jenkins.plugins.pgbackup.engine.catalog.Retention;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps.StoredFile;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Removes the dumps of a place that no rule keeps, and nothing else.
 *
 * <p>What is judged has a manifest of this program which says that the dump is of that place, name, size, server, database, selection and job.
 * Everything else is counted and left alone.
 */
public final class Prune {

    /** How many are marked at a time. */
    private static final int BATCH = 100;

    /** How many refusals end it while none could be removed. That another run has removed one is no refusal. */
    private static final int MOST_TRIES = 5;

    /** What another run has marked for longer than this, that run does not remove any more. */
    private static final Duration MARK_IS_STALE = Duration.ofHours(1);

    private final WritableDumps dumps;
    private final Pins pins;
    private final BackupListener listener;
    private final Clock clock;

    /** What the caller knows of a dump that must stay. */
    @FunctionalInterface
    public interface Pins {

        Pins NONE = manifest -> Optional.empty();

        /**
         * Why a dump must stay, in a few words.
         *
         * @param manifest the dump's, without its tables
         * @return empty if the rules may judge it
         */
        Optional<String> reason(Manifest manifest);
    }

    /**
     * @param dumps the place
     * @param listener gets what a person has to know of the bucket; the report has the rest
     * @param clock for the age of dumps and marks
     */
    public Prune(WritableDumps dumps, Pins pins, BackupListener listener, Clock clock) {
        this.dumps = dumps;
        this.pins = pins;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Why nothing may be removed after a backup: a clause for after "because".
     *
     * @return empty if the backup is as good as it should be
     */
    public static Optional<String> objection(Manifest backup) {
        if (backup.proof() == null || !backup.proof().proven()) {
            return Optional.of("the dump is not proven");
        }
        return backup.warnings().isEmpty() ? Optional.empty() : Optional.of("the backup has a warning");
    }

    /**
     * Judges and removes, once.
     *
     * @throws BackupException if the place cannot be read, or the store fails; the next run ends what was begun
     * @throws InterruptedException if it was stopped; likewise
     */
    public PruneReport run(PruneRequest request) throws IOException, InterruptedException {
        try {
            return prune(request);
        } catch (InterruptedIOException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            throw e;
        }
    }

    private PruneReport prune(PruneRequest request) throws IOException {
        Instant now = clock.instant();
        Scan scan = new Scan(request.scope());
        new Catalog(dumps).visit(scan);
        if (request.made().isPresent()
                && scan.candidates()
                        .noneMatch(found -> found.proven()
                                && found.mark == null
                                && found.name().equals(request.made().get()))) {
            throw new BackupException("Nothing was removed, because the dump that was made, "
                    + request.made().get()
                    + ", is not found beside the others with its manifest: look what has changed it.");
        }
        Judgement judgement = new Judgement();
        for (List<Candidate> group : scan.groups.values()) {
            judgement.judge(group, request.rules(), now);
        }
        if (!request.dryRun()) {
            dumps.cleanUp();
            revive(judgement);
            remove(judgement, now);
        }
        return new PruneReport(
                request.dryRun(),
                request.dryRun()
                        ? judgement.doomed.stream().map(Candidate::dump).toList()
                        : judgement.removed.stream().map(Candidate::dump).toList(),
                judgement.kept,
                scan.foreign,
                judgement.failures);
    }

    /**
     * A dump that is judged: no more of its manifest than that takes, as there may be many.
     *
     * @param mark since when it is being removed, or {@code null}
     * @param isThere whether there is more of it than the manifest
     * @param pin why it must stay, or {@code null}
     */
    private record Candidate(
            PruneReport.Dump dump, Retention.Dump judged, String sha256, Instant mark, boolean isThere, String pin) {

        String name() {
            return dump.fileName();
        }

        boolean proven() {
            return judged.proven();
        }

        Removal.Doomed doomed() {
            return new Removal.Doomed(name(), dump.startedAt(), sha256);
        }
    }

    /** Finds what is judged, and counts the rest. */
    private final class Scan implements Catalog.Visitor {

        private final PruneScope scope;
        private final Map<String, List<Candidate>> groups = new TreeMap<>();
        private final Map<ForeignReason, Integer> foreign = new EnumMap<>(ForeignReason.class);

        /** Most dumps are of the same server and database. */
        private final Map<String, String> texts = new TreeMap<>();

        Scan(PruneScope scope) {
            this.scope = scope;
        }

        Stream<Candidate> candidates() {
            return groups.values().stream().flatMap(List::stream);
        }

        @Override
        public void onDump(StoredFile file, boolean described, Optional<Manifest> manifest) {
            if (manifest.isEmpty()) {
                count(described ? ForeignReason.UNREADABLE_MANIFEST : ForeignReason.NO_MANIFEST);
            } else {
                add(manifest.get(), file.name(), OptionalLong.of(file.sizeBytes()));
            }
        }

        @Override
        public void onManifestAlone(String dumpName) throws IOException {
            Optional<Manifest> manifest = new Catalog(dumps).summaryOf(dumpName);
            if (manifest.map(Manifest::removal).isPresent()) {
                add(manifest.get(), dumpName, OptionalLong.empty());
            } else if (manifest.isPresent()) {
                count(ForeignReason.NO_DUMP);
            }
        }

        private void add(Manifest manifest, String name, OptionalLong sizeBytes) {
            Optional<ForeignReason> reason =
                    scope.excludes(manifest, name, dumps.source(name).uri(), sizeBytes);
            if (reason.isPresent()) {
                count(reason.get());
                return;
            }
            String server = shared(manifest.host());
            String database = shared(manifest.database());
            String selection = shared(manifest.selection());
            Candidate found = new Candidate(
                    new PruneReport.Dump(name, server, database, selection, manifest.startedAt(), manifest.sizeBytes()),
                    new Retention.Dump(
                            name,
                            Instant.parse(manifest.startedAt()),
                            Instant.parse(manifest.endedAt()),
                            manifest.proof() != null && manifest.proof().proven()),
                    manifest.sha256(),
                    mark(manifest),
                    sizeBytes.isPresent(),
                    pins.reason(manifest).orElse(null));
            groups.computeIfAbsent(server + "\n" + database + "\n" + selection, group -> new ArrayList<>())
                    .add(found);
        }

        /** One without a valid time is as old as can be. */
        private static Instant mark(Manifest manifest) {
            if (manifest.removal() == null) {
                return null;
            }
            try {
                return Instant.parse(manifest.removal());
            } catch (DateTimeParseException e) {
                return Instant.EPOCH;
            }
        }

        private String shared(String text) {
            return texts.computeIfAbsent(text, Function.identity());
        }

        private void count(ForeignReason reason) {
            foreign.merge(reason, 1, Integer::sum);
        }
    }

    /** What is to become of the candidates, and then what became of them. */
    private final class Judgement {

        private final List<Candidate> doomed = new ArrayList<>();
        private final List<Candidate> revived = new ArrayList<>();
        private final List<PruneReport.Kept> kept = new ArrayList<>();
        private final List<Candidate> removed = new ArrayList<>();
        private final List<PruneReport.Failure> failures = new ArrayList<>();

        /** What an earlier run has marked counts for no rule, as it may be gone at any moment. */
        void judge(List<Candidate> group, RetentionRules rules, Instant now) {
            Map<String, Candidate> byName = group.stream()
                    .filter(candidate -> candidate.mark == null)
                    .collect(Collectors.toMap(Candidate::name, Function.identity()));
            List<Retention.Verdict> verdicts = Retention.judge(
                    byName.values().stream().map(Candidate::judged).toList(), rules, now);
            long proven = verdicts.stream()
                    .map(Retention.Verdict::dump)
                    .filter(dump -> dump.proven() && !dump.startedAt().isAfter(now))
                    .count();
            List<Candidate> going = new ArrayList<>();
            boolean enough = proven >= Math.max(1, rules.minimum());
            for (Candidate candidate : group) {
                if (candidate.mark == null) {
                    continue;
                }
                if (enough || !candidate.isThere) {
                    going.add(candidate);
                } else if (Duration.between(candidate.mark, now).compareTo(MARK_IS_STALE) > 0) {
                    revived.add(candidate);
                }
            }
            for (Retention.Verdict verdict : verdicts) {
                Candidate candidate = byName.get(verdict.dump().name());
                List<String> reasons = new ArrayList<>(verdict.reasons());
                Optional.ofNullable(candidate.pin).ifPresent(reasons::add);
                if (DumpsInUse.isRead(uri(candidate))) {
                    reasons.add("being read");
                }
                if (reasons.isEmpty()) {
                    going.add(candidate);
                } else {
                    kept.add(new PruneReport.Kept(candidate.dump, reasons));
                }
            }
            // The oldest first.
            Collections.reverse(going);
            doomed.addAll(going);
        }

        void fail(Candidate candidate, String sentence) {
            failures.add(new PruneReport.Failure(candidate.dump, sentence));
        }
    }

    /** Shows those again that an earlier run has marked and not removed, where fewer than the minimum are left. */
    private void revive(Judgement judgement) throws IOException {
        Removal removal = new Removal(dumps);
        for (Candidate candidate : judgement.revived) {
            removal.restoreManifest(candidate.name());
            judgement.kept.add(new PruneReport.Kept(candidate.dump, List.of("too few are left")));
        }
    }

    private void remove(Judgement judgement, Instant now) throws IOException {
        List<Candidate> doomed = judgement.doomed;
        boolean versionsStay = false;
        int batch = 1;
        int next = 0;
        while (next < doomed.size() && (batch > 1 || judgement.failures.size() < MOST_TRIES)) {
            List<Candidate> some = doomed.subList(next, Math.min(next + batch, doomed.size()));
            next += some.size();
            versionsStay |= removeSome(judgement, some, now);
            if (!judgement.removed.isEmpty()) {
                // It is possible at all.
                batch = BATCH;
            }
        }
        for (Candidate candidate : doomed.subList(next, doomed.size())) {
            judgement.fail(
                    candidate,
                    uri(candidate) + " was left as it is, because none of the first " + MOST_TRIES
                            + " could be removed.");
        }
        if (versionsStay) {
            listener.onNotice("The bucket keeps versions: what was removed is there as a noncurrent version until a"
                    + " lifecycle rule of the bucket expires it.");
        }
    }

    /** @return whether the store keeps older versions of what was removed */
    private boolean removeSome(Judgement judgement, List<Candidate> some, Instant now) throws IOException {
        List<Candidate> begun = new ArrayList<>();
        try {
            for (Candidate candidate : some) {
                if (DumpsInUse.beginRemoval(uri(candidate))) {
                    begun.add(candidate);
                } else {
                    judgement.kept.add(new PruneReport.Kept(candidate.dump, List.of("being read")));
                }
            }
            Removal.Result result = new Removal(dumps)
                    .remove(begun.stream().map(Candidate::doomed).toList(), now);
            for (Candidate candidate : begun) {
                if (result.removed().contains(candidate.name())) {
                    judgement.removed.add(candidate);
                } else if (result.refused().containsKey(candidate.name())) {
                    judgement.fail(candidate, result.refused().get(candidate.name()));
                }
            }
            return result.versionsStay();
        } finally {
            begun.forEach(candidate -> DumpsInUse.endRemoval(uri(candidate)));
        }
    }

    private String uri(Candidate candidate) {
        return dumps.source(candidate.name()).uri();
    }
}
