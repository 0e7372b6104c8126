package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.credentials.DatabaseCredentials;
import io.jenkins.plugins.pgbackup.driver.DumpChoice;
import io.jenkins.plugins.pgbackup.engine.RestoreTestRequest;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.settings.RestoreTestSettings;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.util.Optional;

/**
 * What a step was told, as the values that a restore test takes. It is read once, before anything starts; what it holds is valid.
 *
 * @param request without a password
 * @param credentialsId the server's, or {@code null} for none
 * @param junit the file of the workspace for the JUnit XML
 * @param report the file of the workspace for the JSON record
 */
record RestoreTestPlan(
        DumpChoice choice, RestoreTestRequest request, String credentialsId, String junit, String report) {

    /**
     * Reads what the step was told, without looking at any machine or network.
     *
     * @param variables that are put into its texts
     * @throws AbortException with a sentence that says what to write, if something is invalid or not allowed
     */
    static RestoreTestPlan of(RestoreTestSettings settings, Variables variables) throws AbortException {
        try {
            Optional<PostgresUrl> server = settings.getUrl() == null
                    ? Optional.empty()
                    : Optional.of(UrlArgument.parse(settings.getUrl(), variables));
            return new RestoreTestPlan(
                    DumpChoice.of(settings, variables),
                    new RestoreTestRequest(
                            server, variables.expand(settings.getChecks()), settings.isAmcheck(), settings.isTrust()),
                    settings.getCredentialsId(),
                    variables.expand(settings.getJunit()),
                    variables.expand(settings.getReport()));
        } catch (InvalidInputException e) {
            throw new AbortException(PrintableLine.of(e.getMessage(), BuildLog.LONGEST_SENTENCE));
        }
    }

    /** The server, without a password. */
    PostgresUrl url() {
        return request.server().orElse(PostgresUrl.parse("postgresql://"));
    }

    /**
     * What a build requests from the engine.
     *
     * @throws BackupException if the build may not use the credentials, or they contradict the URL
     */
    RestoreTestRequest request(Run<?, ?> build) throws BackupException {
        return request.server().isEmpty()
                ? request
                : new RestoreTestRequest(
                        Optional.of(DatabaseCredentials.resolve(credentialsId, url(), build)),
                        request.checks(),
                        request.amcheck(),
                        request.trust());
    }
}
