package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.Util;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.settings.DumpSettings;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import org.jenkinsci.plugins.workflow.actions.ArgumentsAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The arguments that the steps which restore a dump have in common: the dump and the server. A build step of a freestyle job
 * holds such a step.
 */
public abstract class RestoringStep extends Step implements DumpSettings {

    private String url;
    private String from;
    private String latest;
    private String build;
    private String database;
    private String credentialsId;
    private String awsCredentialsId;
    private S3Section s3;

    /** Why there is no URL any more, or why the arguments cannot be used; {@code null} otherwise. */
    private String refusal;

    /**
     * The URL is checked when the step starts: Pipeline answers a constructor that throws by printing all arguments, and the URL
     * may hold a password.
     */
    RestoringStep(String url) {
        this.url = Util.fixEmptyAndTrim(url);
    }

    /**
     * Drops a URL that has a password, or may have one because it is invalid: it would be written to the configuration of a job.
     *
     * @return whether there was one
     */
    final boolean dropUrlWithPassword() {
        if (url == null) {
            return false;
        }
        try {
            UrlArgument.mustHoldNoPassword(url);
            refusal = null;
            return false;
        } catch (InvalidInputException e) {
            refusal = e.getMessage();
            url = null;
            return true;
        }
    }

    final void refuse(String reason) {
        refusal = reason;
    }

    /** @throws AbortException if the arguments were refused before the step started */
    final void requireFitting() throws AbortException {
        if (refusal != null) {
            throw new AbortException(refusal);
        }
    }

    public String getUrl() {
        return url;
    }

    final void takeUrl(String given) {
        url = Util.fixEmptyAndTrim(given);
    }

    @Override
    public String getFrom() {
        return from;
    }

    @DataBoundSetter
    public void setFrom(String from) {
        this.from = Util.fixEmptyAndTrim(from);
    }

    @Override
    public String getLatest() {
        return latest;
    }

    @DataBoundSetter
    public void setLatest(String latest) {
        this.latest = Util.fixEmptyAndTrim(latest);
    }

    @Override
    public String getBuild() {
        return build;
    }

    @DataBoundSetter
    public void setBuild(String build) {
        this.build = Util.fixEmptyAndTrim(build);
    }

    @Override
    public String getDatabase() {
        return database;
    }

    @DataBoundSetter
    public void setDatabase(String database) {
        this.database = Util.fixEmptyAndTrim(database);
    }

    @Override
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    @Override
    public String getAwsCredentialsId() {
        return awsCredentialsId;
    }

    @DataBoundSetter
    public void setAwsCredentialsId(String awsCredentialsId) {
        this.awsCredentialsId = Util.fixEmptyAndTrim(awsCredentialsId);
    }

    @Override
    public S3Section getS3() {
        return s3 == null ? new S3Section() : s3;
    }

    @DataBoundSetter
    public void setS3(S3Section s3) {
        this.s3 = s3 == null || s3.isDefault() ? null : s3;
    }

    /**
     * What the step does.
     *
     * @param variables that are put into its texts
     * @throws AbortException with a sentence that says what to write
     */
    abstract InterruptibleExecution.Work<?> work(Variables variables) throws AbortException;

    @Override
    public final StepExecution start(StepContext context) throws Exception {
        try {
            return new InterruptibleExecution<>(context, work(Variables.NONE));
        } finally {
            forgetPassword(context.get(FlowNode.class));
        }
    }

    /** Pipeline keeps a step's arguments with the build, and knows of no other secrets than those it bound itself. */
    private void forgetPassword(FlowNode node) {
        if (node != null && UrlArgument.mayHoldPassword(url)) {
            node.removeActions(ArgumentsAction.class);
        }
    }
}
