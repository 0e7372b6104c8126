package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.credentials.DatabaseCredentials;
import io.jenkins.plugins.pgbackup.driver.DumpChoice;
import io.jenkins.plugins.pgbackup.engine.RestoreRequest;
import io.jenkins.plugins.pgbackup.engine.RestoreTarget;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.run.RestoreOptions;
import io.jenkins.plugins.pgbackup.engine.run.RestoredContents;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.settings.RestoreSettings;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a step was told, as the values that a restore takes. It is read once, before anything starts; what it holds is valid.
 *
 * @param credentialsId the database's, or {@code null} for none
 * @param sql files of the workspace
 */
record RestorePlan(
        DumpChoice choice,
        PostgresUrl url,
        String credentialsId,
        RestoreTarget target,
        RestoreOptions options,
        List<String> sql) {

    /**
     * Reads what the step was told, without looking at any machine or network.
     *
     * @param variables that are put into its texts
     * @throws AbortException with a sentence that says what to write, if something is invalid or not allowed
     */
    static RestorePlan of(RestoreSettings settings, Variables variables) throws AbortException {
        try {
            return parse(settings, variables);
        } catch (InvalidInputException e) {
            throw new AbortException(PrintableLine.of(e.getMessage(), BuildLog.LONGEST_SENTENCE));
        }
    }

    private static RestorePlan parse(RestoreSettings settings, Variables variables) {
        boolean oneTransaction = settings.getJobs() == 1 && settings.isExitOnError();
        RestoreOptions options = new RestoreOptions(
                settings.isClean(),
                settings.getJobs(),
                settings.getSingleTransaction() == null ? oneTransaction : settings.getSingleTransaction(),
                settings.isExitOnError(),
                settings.isTrust(),
                new RestoredContents(
                        settings.isNoOwner(),
                        settings.isNoPrivileges(),
                        variables.expand(settings.getRole()),
                        variables.expandNames(settings.getSchemas()),
                        variables.expandNames(settings.getTables())));
        PostgresUrl url = UrlArgument.parse(settings.getUrl(), variables);
        RestoreTarget target = target(settings);
        RestorePlan plan = new RestorePlan(
                DumpChoice.of(settings, variables),
                url,
                settings.getCredentialsId(),
                target,
                options,
                variables.expand(settings.getSql()));
        // What does not go together is refused now.
        new RestoreRequest(url, target, options, List.of());
        return plan;
    }

    private static RestoreTarget target(RestoreSettings settings) {
        long chosen = Stream.of(settings.isClean(), settings.isCreate(), settings.isReplace())
                .filter(choice -> choice)
                .count();
        if (chosen > 1) {
            throw new InvalidInputException(Messages.RestorePlan_severalTargets());
        }
        if (settings.isKeepReplaced() && !settings.isReplace()) {
            throw new InvalidInputException(Messages.RestorePlan_keepWithoutReplace());
        }
        if (settings.isReplace()) {
            return settings.isKeepReplaced() ? RestoreTarget.REPLACED_AND_KEPT : RestoreTarget.REPLACED;
        }
        return settings.isCreate() ? RestoreTarget.NEW : RestoreTarget.EMPTY;
    }

    /**
     * What a build requests from the engine.
     *
     * @throws BackupException if the build may not use the credentials, they contradict the URL, or a file of SQL is not there
     */
    RestoreRequest request(Run<?, ?> build, FilePath workspace) throws IOException, InterruptedException {
        List<String> scripts = new ArrayList<>();
        for (String file : sql) {
            FilePath script = workspace.child(file);
            if (!script.exists() || script.isDirectory()) {
                throw new BackupException(Messages.RestorePlan_noScript(file));
            }
            scripts.add(script.getRemote());
        }
        return new RestoreRequest(
                DatabaseCredentials.resolve(credentialsId, url, build)
                        .withDefaultParameter(
                                "application_name",
                                "jenkins " + build.getParent().getFullName() + " #" + build.getNumber()),
                target,
                options,
                scripts);
    }
}
