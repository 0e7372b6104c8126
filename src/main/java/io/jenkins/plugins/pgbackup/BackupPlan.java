package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.model.Item;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.credentials.DatabaseCredentials;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.engine.BackupDefaults;
import io.jenkins.plugins.pgbackup.engine.BackupRequest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import io.jenkins.plugins.pgbackup.engine.catalog.RetentionRules;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.profile.Profiles;
import io.jenkins.plugins.pgbackup.settings.BackupSettings;
import io.jenkins.plugins.pgbackup.settings.FileNameArgument;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import io.jenkins.plugins.pgbackup.view.ControllerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a step was told, as the values that a backup takes. It is read once, before anything starts; what it holds is valid.
 *
 * @param credentialsId the database's, or {@code null} for none
 * @param driver where the dump goes
 * @param fileName the template of its name
 * @param rules which older dumps stay; empty if all do
 * @param anyJob whether dumps of other jobs are judged, too
 * @param deleteWithBuild whether the dump is deleted when its build is
 */
record BackupPlan(
        PostgresUrl url,
        String credentialsId,
        BackupDriver driver,
        DumpOptions options,
        String fileName,
        Verification verification,
        Duration stallTimeout,
        Optional<RetentionRules> rules,
        boolean anyJob,
        boolean deleteWithBuild) {

    /**
     * Reads what the step was told, without looking at any machine or network.
     *
     * @param item the job, which may have a profile
     * @param variables that are put into its texts
     * @throws AbortException with a sentence that says what to write, if something is invalid or not allowed
     */
    static BackupPlan of(BackupSettings settings, Item item, Variables variables) throws AbortException {
        try {
            return parse(Profiles.applyTo(settings, item), variables);
        } catch (InvalidInputException e) {
            throw new AbortException(PrintableLine.of(e.getMessage(), BuildLog.LONGEST_SENTENCE));
        }
    }

    private static BackupPlan parse(BackupSettings settings, Variables variables) {
        PostgresUrl url = UrlArgument.parse(settings.getUrl(), variables);
        BackupDriver driver = BackupDriver.of(settings, variables);
        String fileName = FileNameArgument.parse(settings.getFileName(), variables);
        Verification verification =
                settings.getVerify() == null ? BackupDefaults.VERIFICATION : Verification.parse(settings.getVerify());
        DumpOptions options =
                settings.getDump().toOptions(variables, Duration.ofSeconds(settings.getLockWaitTimeout()));
        driver.check(options);
        return new BackupPlan(
                url,
                settings.getCredentialsId(),
                driver,
                options,
                fileName,
                verification,
                Duration.ofSeconds(settings.getStallTimeout()),
                settings.getKeep().toRules(variables),
                settings.getKeep().isAnyJob(),
                settings.isDeleteWithBuild());
    }

    /**
     * What a build requests from the engine.
     *
     * @param tool the name and version of this plugin
     * @throws BackupException if the build may not use the credentials, or they contradict the URL
     */
    BackupRequest request(Run<?, ?> build, String tool) throws BackupException {
        String job = build.getParent().getFullName();
        String number = "#" + build.getNumber();
        return new BackupRequest(
                DatabaseCredentials.resolve(credentialsId, url, build)
                        .withDefaultParameter("application_name", "jenkins " + job + " " + number),
                options,
                fileName,
                FileNameArgument.values(build),
                Instant.ofEpochMilli(build.getStartTimeInMillis()),
                verification,
                stallTimeout,
                new Origin(tool, ControllerId.get(), job, number));
    }
}
