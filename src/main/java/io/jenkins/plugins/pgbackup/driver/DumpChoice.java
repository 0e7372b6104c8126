package io.jenkins.plugins.pgbackup.driver;

import hudson.Functions;
import hudson.Util;
import hudson.model.Job;
import hudson.model.PermalinkProjectAction.Permalink;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.catalog.Catalog;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.run.StoredDump;
import io.jenkins.plugins.pgbackup.engine.store.local.MachineDumps;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Uri;
import io.jenkins.plugins.pgbackup.settings.DumpSettings;
import io.jenkins.plugins.pgbackup.settings.PgBackupConfiguration;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import jenkins.util.VirtualFile;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;

/**
 * Which dump a restore takes. One of the first three is given.
 *
 * @param from one dump: an {@code s3://} URI, the address of one that a build has recorded, or a path on the agent
 * @param latest a place of dumps, of which the newest proven one is taken
 * @param build a build whose recorded dump is taken: {@code job#12}, {@code job#lastSuccessful}
 * @param database of which the dump is, if there are dumps of several; or {@code null}
 * @param s3 how S3 is reached
 * @param awsCredentialsId or {@code null} for those of the controller itself
 */
public record DumpChoice(
        String from, String latest, String build, String database, S3Settings s3, String awsCredentialsId) {

    /** @throws InvalidInputException with a sentence that says what to write, or what is not allowed */
    public DumpChoice {
        if (Stream.of(from, latest, build).filter(text -> text != null).count() != 1) {
            throw new InvalidInputException(Messages.DumpChoice_notOne());
        }
        if (from != null && database != null) {
            throw new InvalidInputException(Messages.DumpChoice_databaseOfOne());
        }
        if (isS3(from)) {
            S3Uri.parse(from);
        }
        if (RecordedDump.isUri(from)) {
            RecordedDump.parse(from);
        }
        if (isS3(latest)) {
            S3Location.parse(latest);
        }
        if (build != null && (build.indexOf('#') < 1 || build.endsWith("#"))) {
            throw new InvalidInputException(Messages.DumpChoice_noBuild());
        }
        if (isS3(from) || isS3(latest)) {
            PgBackupConfiguration.get().check(s3, awsCredentialsId);
        }
    }

    /**
     * Reads the settings, without looking at any machine or network.
     *
     * @throws InvalidInputException with a sentence that says what to write
     */
    public static DumpChoice of(DumpSettings settings, Variables variables) {
        return new DumpChoice(
                given(variables.expand(settings.getFrom())),
                given(variables.expand(settings.getLatest())),
                given(variables.expand(settings.getBuild())),
                given(variables.expand(settings.getDatabase())),
                settings.getS3().toSettings(variables),
                settings.getAwsCredentialsId());
    }

    private static String given(String text) {
        return Util.fixEmptyAndTrim(text);
    }

    private static boolean isS3(String text) {
        return text != null && S3Location.isUri(text);
    }

    /**
     * Finds the dump.
     *
     * @throws BackupException if there is none, or it is not known which
     */
    public OpenDump open(DriverContext context) throws IOException, InterruptedException {
        if (build != null) {
            return ofBuild(backupOf(find(build, context.build())), context);
        }
        if (RecordedDump.isUri(from)) {
            return ofBuild(recorded(RecordedDump.parse(from), context.build()), context);
        }
        String address = from == null ? latest : from;
        return isS3(address) ? inS3(address, context) : onAgent(address, context);
    }

    private OpenDump inS3(String address, DriverContext context) throws IOException, InterruptedException {
        S3Location location =
                from == null ? S3Location.parse(address) : S3Uri.parse(address).location();
        OpenPlace place = new S3Driver(location, s3, awsCredentialsId).read(context);
        try {
            Catalog catalog = new Catalog(place.here());
            String name = from == null
                    ? catalog.latestProven(database, location.toString()).file().name()
                    : S3Uri.parse(address).fileName();
            StoredDump dump = StoredDump.find(place.here(), name);
            return new OpenDump(dump.readFrom(place.there().source(name)), place::close);
        } catch (IOException | RuntimeException e) {
            place.close();
            throw e;
        }
    }

    private OpenDump onAgent(String address, DriverContext context) throws IOException {
        String base = context.workspace().getRemote();
        if (from == null) {
            MachineDumps dumps = MachineDumps.in(context.machine(), base, address);
            String name = new Catalog(dumps)
                    .latestProven(database, dumps.toString())
                    .file()
                    .name();
            return new OpenDump(StoredDump.find(dumps, name), () -> {});
        }
        MachineDumps dumps = MachineDumps.of(context.machine(), base, address);
        return new OpenDump(StoredDump.find(dumps, MachineDumps.nameOf(base, address)), () -> {});
    }

    /** A dump, and the build that has recorded it. */
    private record Recorded(Run<?, ?> build, BackupSummary backup) {}

    private OpenDump ofBuild(Recorded recorded, DriverContext context) throws IOException, InterruptedException {
        BackupSummary backup = recorded.backup();
        if (isArchived(recorded.build(), backup)) {
            VirtualFile artifacts = recorded.build().getArtifactManager().root();
            return new OpenDump(
                    StoredDump.find(new ArtifactDumps(recorded.build(), artifacts), backup.getFileName()), () -> {});
        }
        if (backup.getRemovedBy() != null) {
            throw new BackupException(
                    Messages.DumpChoice_removed(recorded.build().getFullDisplayName(), backup.getRemovedBy()));
        }
        return new DumpChoice(backup.getUri(), null, null, null, s3, awsCredentialsId).open(context);
    }

    /** Whether there is a copy of a dump among the artifacts of its build, where it stays when the dump itself is removed. */
    static boolean isArchived(Run<?, ?> build, BackupSummary backup) throws IOException {
        return DriverName.parse(backup.getDriver()) != DriverName.S3
                && build.getArtifactManager().root().child(backup.getFileName()).exists();
    }

    private static Recorded recorded(RecordedDump dump, Run<?, ?> restoring) throws BackupException {
        Run<?, ?> found = find(dump.job() + '#' + dump.build(), restoring);
        return backups(found)
                .filter(backup -> backup.getFileName().equals(dump.fileName()))
                .reduce((first, last) -> last)
                .map(backup -> new Recorded(found, backup))
                .orElseThrow(() ->
                        new BackupException(Messages.DumpChoice_noDump(found.getFullDisplayName(), dump.fileName())));
    }

    /** As the authentication of the build that restores may read it. */
    private static Run<?, ?> find(String build, Run<?, ?> restoring) throws BackupException {
        int hash = build.lastIndexOf('#');
        String name = build.substring(0, hash);
        String which = build.substring(hash + 1);
        Authentication authentication = restoring.getParent() instanceof Queue.Task task
                ? Tasks.getAuthenticationOf2(task)
                : Jenkins.ANONYMOUS2;
        try (ACLContext ignored = ACL.as2(authentication)) {
            Job<?, ?> job = Jenkins.get().getItem(name, restoring.getParent(), Job.class);
            Run<?, ?> found = job == null ? null : find(job, which);
            if (job == null || found != null && !mayDownload(found)) {
                throw new BackupException(Messages.DumpChoice_noJob(name));
            }
            if (found == null) {
                throw new BackupException(Messages.DumpChoice_buildNotFound(build));
            }
            return found;
        } catch (AccessDeniedException e) {
            // It may know that there is such a job, and no more.
            throw new BackupException(Messages.DumpChoice_noJob(name), e);
        }
    }

    private static Run<?, ?> find(Job<?, ?> job, String which) throws BackupException {
        if (which.matches("\\d{1,9}")) {
            return job.getBuildByNumber(Integer.parseInt(which));
        }
        Permalink permalink = job.getPermalinks().get(which.endsWith("Build") ? which : which + "Build");
        if (permalink == null) {
            throw new BackupException(Messages.DumpChoice_noPermalink(which));
        }
        return permalink.resolve(job);
    }

    /** Jenkins has a permission of its own for artifacts, which an administrator may turn on. */
    static boolean mayDownload(Run<?, ?> found) {
        return !Functions.isArtifactsPermissionEnabled() || found.hasPermission(Run.ARTIFACTS);
    }

    private static Stream<BackupSummary> backups(Run<?, ?> found) {
        BackupAction action = found.getAction(BackupAction.class);
        return action == null ? Stream.empty() : action.getBackups().stream();
    }

    private Recorded backupOf(Run<?, ?> found) throws BackupException {
        List<BackupSummary> backups = backups(found)
                .filter(backup -> database == null || database.equals(backup.getDatabase()))
                .toList();
        if (backups.isEmpty()) {
            throw new BackupException(
                    database == null
                            ? Messages.DumpChoice_noBackup(found.getFullDisplayName())
                            : Messages.DumpChoice_noBackupOf(found.getFullDisplayName(), database));
        }
        TreeSet<String> databases =
                backups.stream().map(BackupSummary::getDatabase).collect(Collectors.toCollection(TreeSet::new));
        if (databases.size() > 1) {
            throw new BackupException(
                    Messages.DumpChoice_severalDatabases(found.getFullDisplayName(), String.join(", ", databases)));
        }
        return new Recorded(found, backups.get(backups.size() - 1));
    }
}
