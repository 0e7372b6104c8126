package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.engine.BackupDefaults;
import io.jenkins.plugins.pgbackup.settings.BackupSettings;
import io.jenkins.plugins.pgbackup.settings.DumpSection;
import io.jenkins.plugins.pgbackup.settings.KeepSection;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.actions.ArgumentsAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** {@code pgBackup} in a Pipeline. It returns a {@link BackupSummary}. */
public final class PgBackupStep extends Step implements BackupSettings {

    private final String url;
    private String driver;
    private String destination;
    private String credentialsId;
    private String awsCredentialsId;
    private DumpSection dump;
    private S3Section s3;
    private KeepSection keep;
    private boolean deleteWithBuild;
    private String profile;
    private Boolean archive;
    private String fileName;
    private String verify;
    private Integer lockWaitTimeout;
    private Integer stallTimeout;
    private transient String refusal;

    /**
     * The argument that every backup has. It is checked when the step starts: Pipeline answers a constructor that
     * throws by printing all arguments, and the URL may hold a password.
     */
    @DataBoundConstructor
    public PgBackupStep(String url) {
        this.url = Util.fixEmptyAndTrim(url);
    }

    @Override
    public String getUrl() {
        return url;
    }

    @Override
    public String getDriver() {
        return driver;
    }

    @DataBoundSetter
    public void setDriver(String driver) {
        this.driver = Util.fixEmptyAndTrim(driver);
    }

    @Override
    public String getDestination() {
        return destination;
    }

    @DataBoundSetter
    public void setDestination(String destination) {
        this.destination = Util.fixEmptyAndTrim(destination);
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
    public DumpSection getDump() {
        return dump == null ? new DumpSection() : dump;
    }

    @DataBoundSetter
    public void setDump(DumpSection dump) {
        this.dump = dump == null || dump.isDefault() ? null : dump;
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
    public KeepSection getKeep() {
        return keep == null ? new KeepSection() : keep;
    }

    @DataBoundSetter
    public void setKeep(KeepSection keep) {
        this.keep = keep == null || keep.isDefault() ? null : keep;
    }

    @Override
    public String getProfile() {
        return profile;
    }

    @DataBoundSetter
    public void setProfile(String profile) {
        this.profile = Util.fixEmptyAndTrim(profile);
    }

    @Override
    public boolean isDeleteWithBuild() {
        return deleteWithBuild;
    }

    @DataBoundSetter
    public void setDeleteWithBuild(boolean deleteWithBuild) {
        this.deleteWithBuild = deleteWithBuild;
    }

    @Override
    public Boolean getArchive() {
        return archive;
    }

    @DataBoundSetter
    public void setArchive(Boolean archive) {
        this.archive = archive;
    }

    @Override
    public String getFileName() {
        return fileName == null ? BackupDefaults.FILE_NAME : fileName;
    }

    @DataBoundSetter
    public void setFileName(String fileName) {
        String given = Util.fixEmptyAndTrim(fileName);
        this.fileName = BackupDefaults.FILE_NAME.equals(given) ? null : given;
    }

    @Override
    public String getVerify() {
        return verify;
    }

    @DataBoundSetter
    public void setVerify(String verify) {
        this.verify = Util.fixEmptyAndTrim(verify);
    }

    @Override
    public int getLockWaitTimeout() {
        return lockWaitTimeout == null ? BackupDefaults.LOCK_WAIT_SECONDS : lockWaitTimeout;
    }

    @DataBoundSetter
    public void setLockWaitTimeout(Integer lockWaitTimeout) {
        this.lockWaitTimeout =
                Objects.equals(lockWaitTimeout, BackupDefaults.LOCK_WAIT_SECONDS) ? null : lockWaitTimeout;
    }

    @Override
    public int getStallTimeout() {
        return stallTimeout == null ? BackupDefaults.STALL_SECONDS : stallTimeout;
    }

    @DataBoundSetter
    public void setStallTimeout(Integer stallTimeout) {
        this.stallTimeout = Objects.equals(stallTimeout, BackupDefaults.STALL_SECONDS) ? null : stallTimeout;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        try {
            if (refusal != null) {
                throw new AbortException(refusal);
            }
            BackupPlan plan = BackupPlan.of(this, context.get(Run.class).getParent(), Variables.NONE);
            return new InterruptibleExecution<BackupSummary>(
                    context, buildContext -> new BackupRun(plan, buildContext).run());
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
    public static final class DescriptorImpl extends StepDescriptor implements PgBackupForm {

        @Override
        public String getFunctionName() {
            return "pgBackup";
        }

        @Override
        public String getDisplayName() {
            return Messages.PgBackup_displayName();
        }

        @Override
        public Step newInstance(StaplerRequest2 request, JSONObject form) throws FormException {
            return super.newInstance(request, PgBackupForm.sent(form, "archive"));
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
                refusal = StepArguments.refuse(PgBackupStep.class, arguments);
                if (refusal == null) {
                    return super.newInstance(arguments);
                }
            } catch (Exception e) {
                refusal = StepArguments.refuse(e);
            }
            PgBackupStep step = new PgBackupStep(String.valueOf(arguments.get("url")));
            step.refusal = refusal;
            return step;
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            Object destination = namedArgs.get("destination");
            return String.valueOf(destination == null ? namedArgs.get("profile") : destination);
        }
    }
}
