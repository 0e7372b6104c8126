package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.settings.Lines;
import io.jenkins.plugins.pgbackup.settings.RestoreSettings;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.RestoreSummary;
import java.util.List;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** {@code pgRestore} in a Pipeline. It returns a {@link RestoreSummary}. */
public final class PgRestoreStep extends RestoringStep implements RestoreSettings {

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
    private Integer jobs;
    private Boolean exitOnError;
    private Boolean singleTransaction;

    /** The argument that every restore has. */
    @DataBoundConstructor
    public PgRestoreStep(String url) {
        super(url);
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

    @Override
    InterruptibleExecution.Work<RestoreSummary> work(Variables variables) throws AbortException {
        requireFitting();
        RestorePlan plan = RestorePlan.of(this, variables);
        return context -> new RestoreRun(plan, context).run();
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends RestoringStepDescriptor {

        public DescriptorImpl() {
            super(PgRestoreStep.class);
        }

        @Override
        public String getFunctionName() {
            return "pgRestore";
        }

        @Override
        public String getDisplayName() {
            return Messages.PgRestore_displayName();
        }

        @Override
        RestoringStep empty(String url) {
            return new PgRestoreStep(url);
        }

        @Override
        public Step newInstance(StaplerRequest2 request, JSONObject form) throws FormException {
            return super.newInstance(request, PgBackupForm.sent(form, "singleTransaction"));
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
        public FormValidation doCheckJobs(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return value.isBlank() ? FormValidation.ok() : FormValidation.validatePositiveInteger(value);
        }
    }
}
