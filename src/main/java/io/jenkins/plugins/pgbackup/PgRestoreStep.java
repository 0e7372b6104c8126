package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.credentials.CredentialsDropdown;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.settings.FormChecks;
import io.jenkins.plugins.pgbackup.settings.Lines;
import io.jenkins.plugins.pgbackup.settings.RestoreSettings;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.RestoreSummary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.actions.ArgumentsAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** {@code pgRestore} in a Pipeline, and what the build step of that kind is told. It returns a {@link RestoreSummary}. */
public final class PgRestoreStep extends Step implements RestoreSettings {

    private String url;
    private String from;
    private String latest;
    private String build;
    private String database;
    private String credentialsId;
    private String awsCredentialsId;
    private String role;
    private List<String> schemas;
    private List<String> tables;
    private List<String> sql;
    private boolean clean;
    private boolean create;
    private boolean replace;
    private boolean keepReplaced;
    private boolean noOwner;
    private boolean noPrivileges;
    private boolean trust;
    private S3Section s3;
    private Integer jobs;
    private Boolean exitOnError;
    private Boolean singleTransaction;

    /** Why there is no URL any more, or why the arguments cannot be used; {@code null} otherwise. */
    private String refusal;

    /**
     * The argument that every restore has. It is checked when the step starts: Pipeline answers a constructor that throws by
     * printing all arguments, and the URL may hold a password.
     */
    @DataBoundConstructor
    public PgRestoreStep(String url) {
        this.url = Util.fixEmptyAndTrim(url);
    }

    /**
     * Drops a URL that has a password, or may have one because it is invalid: it would be written to the configuration of a job.
     *
     * @return whether there was one
     */
    boolean dropUrlWithPassword() {
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

    @Override
    public String getUrl() {
        return url;
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
    public String getRole() {
        return role;
    }

    @DataBoundSetter
    public void setRole(String role) {
        this.role = Util.fixEmptyAndTrim(role);
    }

    @Override
    public List<String> getSchemas() {
        return schemas;
    }

    @DataBoundSetter
    public void setSchemas(List<String> schemas) {
        this.schemas = Lines.of(schemas);
    }

    @Override
    public List<String> getTables() {
        return tables;
    }

    @DataBoundSetter
    public void setTables(List<String> tables) {
        this.tables = Lines.of(tables);
    }

    @Override
    public List<String> getSql() {
        return sql;
    }

    @DataBoundSetter
    public void setSql(List<String> sql) {
        this.sql = Lines.of(sql);
    }

    @Override
    public boolean isClean() {
        return clean;
    }

    @DataBoundSetter
    public void setClean(boolean clean) {
        this.clean = clean;
    }

    @Override
    public boolean isCreate() {
        return create;
    }

    @DataBoundSetter
    public void setCreate(boolean create) {
        this.create = create;
    }

    @Override
    public boolean isReplace() {
        return replace;
    }

    @DataBoundSetter
    public void setReplace(boolean replace) {
        this.replace = replace;
    }

    @Override
    public boolean isKeepReplaced() {
        return keepReplaced;
    }

    @DataBoundSetter
    public void setKeepReplaced(boolean keepReplaced) {
        this.keepReplaced = keepReplaced;
    }

    @Override
    public boolean isNoOwner() {
        return noOwner;
    }

    @DataBoundSetter
    public void setNoOwner(boolean noOwner) {
        this.noOwner = noOwner;
    }

    @Override
    public boolean isNoPrivileges() {
        return noPrivileges;
    }

    @DataBoundSetter
    public void setNoPrivileges(boolean noPrivileges) {
        this.noPrivileges = noPrivileges;
    }

    @Override
    public boolean isTrust() {
        return trust;
    }

    @DataBoundSetter
    public void setTrust(boolean trust) {
        this.trust = trust;
    }

    @Override
    public S3Section getS3() {
        return s3 == null ? new S3Section() : s3;
    }

    @DataBoundSetter
    public void setS3(S3Section s3) {
        this.s3 = s3 == null || s3.isDefault() ? null : s3;
    }

    @Override
    public int getJobs() {
        return jobs == null ? 1 : jobs;
    }

    @DataBoundSetter
    public void setJobs(Integer jobs) {
        this.jobs = jobs == null || jobs == 1 ? null : jobs;
    }

    @Override
    public boolean isExitOnError() {
        return exitOnError == null || exitOnError;
    }

    @DataBoundSetter
    public void setExitOnError(boolean exitOnError) {
        this.exitOnError = exitOnError ? null : Boolean.FALSE;
    }

    @Override
    public Boolean getSingleTransaction() {
        return singleTransaction;
    }

    @DataBoundSetter
    public void setSingleTransaction(Boolean singleTransaction) {
        this.singleTransaction = singleTransaction;
    }

    /** @throws AbortException with a sentence that says what to write */
    RestorePlan plan(Variables variables) throws AbortException {
        if (refusal != null) {
            throw new AbortException(refusal);
        }
        return RestorePlan.of(this, variables);
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        try {
            RestorePlan plan = plan(Variables.NONE);
            return new InterruptibleExecution<RestoreSummary>(
                    context,
                    (build, workspace, environment, launcher, listener) ->
                            new RestoreRun(plan, build, workspace, environment, launcher, listener).run());
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

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends StepDescriptor {

        @Override
        public String getFunctionName() {
            return "pgRestore";
        }

        @Override
        public String getDisplayName() {
            return Messages.PgRestore_displayName();
        }

        @Override
        public Step newInstance(StaplerRequest2 request, JSONObject form) throws FormException {
            return super.newInstance(request, PgBackupForm.sent(form, "singleTransaction"));
        }

        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(Run.class, FilePath.class, EnvVars.class, Launcher.class, TaskListener.class, FlowNode.class);
        }

        /**
         * Never throws: Pipeline itself would answer arguments that do not fit by printing all of them, and the URL may hold a
         * password.
         */
        @Override
        public Step newInstance(Map<String, Object> arguments) {
            String refusal;
            try {
                refusal = StepArguments.refuse(PgRestoreStep.class, arguments);
                if (refusal == null) {
                    return super.newInstance(arguments);
                }
            } catch (Exception e) {
                refusal = StepArguments.refuse(e);
            }
            PgRestoreStep step = new PgRestoreStep(String.valueOf(arguments.get("url")));
            step.refusal = refusal;
            return step;
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            for (String source : new String[] {"from", "latest", "build"}) {
                if (namedArgs.get(source) != null) {
                    return String.valueOf(namedArgs.get(source));
                }
            }
            return null;
        }

        /** A list as its text area shows it. */
        public String lines(List<String> list) {
            return Lines.join(list);
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String url) {
            return CredentialsDropdown.DATABASE.items(item, credentialsId, url);
        }

        @POST
        public ListBoxModel doFillAwsCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String awsCredentialsId) {
            return CredentialsDropdown.AWS.items(item, awsCredentialsId, null);
        }

        @POST
        public FormValidation doCheckCredentialsId(
                @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String url) {
            return CredentialsDropdown.DATABASE.check(item, value, url);
        }

        @POST
        public FormValidation doCheckAwsCredentialsId(@AncestorInPath Item item, @QueryParameter String value) {
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.ok()
                    : CredentialsDropdown.AWS.check(item, value, null);
        }

        @POST
        public ListBoxModel doFillSingleTransactionItems() {
            Jenkins.get().checkPermission(Jenkins.READ);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.PgRestore_transactionIfPossible(), "");
            items.add(Messages.PgRestore_transactionAlways(), "true");
            items.add(Messages.PgRestore_transactionNever(), "false");
            return items;
        }

        @POST
        public FormValidation doCheckUrl(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return FormChecks.check(() -> UrlArgument.mustHoldNoPassword(value));
        }

        @POST
        public FormValidation doCheckJobs(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return value.isBlank() ? FormValidation.ok() : FormValidation.validatePositiveInteger(value);
        }
    }
}
