package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import hudson.util.FormValidation;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.engine.BackupDefaults;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.settings.BackupSettings;
import io.jenkins.plugins.pgbackup.settings.DumpSection;
import io.jenkins.plugins.pgbackup.settings.FileNameArgument;
import io.jenkins.plugins.pgbackup.settings.FormChecks;
import io.jenkins.plugins.pgbackup.settings.KeepSection;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import jenkins.model.Jenkins;
import jenkins.tasks.SimpleBuildStep;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** {@code pgBackup} as a build step of a freestyle job. Its Pipeline name belongs to {@link PgBackupStep}. */
public final class PgBackupBuilder extends Builder implements SimpleBuildStep, BackupSettings {

    private String url;
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

    /** Why there is no URL any more; {@code null} otherwise. */
    private String refusal;

    /**
     * The argument that every backup has.
     *
     * <p>Nothing is thrown: Pipeline answers a constructor that throws by printing all arguments. A URL that has a password, or
     * may have one because it is invalid, is not kept; the build says why. What else cannot be used is refused by the build.
     */
    @DataBoundConstructor
    public PgBackupBuilder(String url) {
        this.url = Util.fixEmptyAndTrim(url);
        dropUrlWithPassword();
    }

    /** What comes by a configuration file comes past the constructor. */
    private Object readResolve() {
        if (dropUrlWithPassword()) {
            ConfigurationWithPassword.wasRead();
        }
        return this;
    }

    /** @return whether there was one */
    private boolean dropUrlWithPassword() {
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
        if (dump != null && dump.refusal() != null) {
            refusal = dump.refusal();
        }
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
    public void perform(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
            throws InterruptedException, IOException {
        if (url == null && refusal != null) {
            throw new AbortException(refusal);
        }
        Variables variables = run instanceof AbstractBuild ? Variables.of(env) : Variables.NONE;
        new BackupRun(
                        BackupPlan.of(this, run.getParent(), variables),
                        new BuildContext(run, workspace, env, launcher, listener))
                .run();
    }

    /** The build step as Jenkins knows it. */
    @Extension
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder>
            implements PgBackupForm, CustomDescribableModel {

        @Override
        public String getDisplayName() {
            return Messages.PgBackup_displayName();
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getHelpFile(String fieldName) {
            return Jenkins.get().getDescriptorOrDie(PgBackupStep.class).getHelpFile(fieldName);
        }

        /** Here, the variables of the build may stand beside the file name's own. */
        @POST
        @Override
        public FormValidation doCheckFileName(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return value.isBlank() ? FormValidation.ok() : FormChecks.check(() -> FileNameArgument.check(value));
        }

        /**
         * Takes every argument, as {@link PgBackupStep} does: Pipeline answers arguments of {@code step([$class: …])} that do
         * not fit by printing all of them, and the URL may hold a password. The build says what does not fit.
         */
        @Override
        public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
            String refusal = StepArguments.refuse(PgBackupBuilder.class, arguments);
            Map<String, Object> fitting = new HashMap<>(arguments);
            try {
                for (Map.Entry<String, Object> argument : fitting.entrySet()) {
                    if (refusal == null && argument.getValue() instanceof UninstantiatedDescribable section) {
                        argument.setValue(section.instantiate(DescribableModel.of(PgBackupBuilder.class)
                                .getParameter(argument.getKey())
                                .getErasedType()));
                    }
                }
            } catch (Exception e) {
                refusal = StepArguments.refuse(e);
            }
            return refusal == null ? fitting : Map.of("dump", DumpSection.refused(refusal));
        }

        /** Refuses on a page of its own what the build would refuse, before there is a job that has it. */
        @Override
        public Builder newInstance(StaplerRequest2 request, JSONObject form) throws FormException {
            try {
                UrlArgument.mustHoldNoPassword(form.optString("url"));
                String destination = form.optString("destination");
                boolean byProfile = !form.optString("profile").isBlank();
                if (!byProfile && !Variables.standIn(destination)) {
                    BackupDriver.check(form.optString("driver"), destination);
                }
            } catch (InvalidInputException e) {
                throw new FormException(e.getMessage(), "url");
            }
            return super.newInstance(request, PgBackupForm.sent(form, "archive"));
        }
    }
}
