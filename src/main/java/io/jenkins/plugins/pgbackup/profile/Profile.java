package io.jenkins.plugins.pgbackup.profile;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.credentials.CredentialsDropdown;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.driver.DriverName;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.settings.FormChecks;
import io.jenkins.plugins.pgbackup.settings.KeepSection;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * What a backup takes of its arguments if its step does not say them itself. It holds names of credentials and no credentials: they
 * are looked up for the build, which gets none by a profile that it could not use without.
 */
public final class Profile extends AbstractDescribableImpl<Profile> {

    private final String name;
    private String driver;
    private String destination;
    private String awsCredentialsId;
    private S3Section s3;
    private KeepSection keep;
    private String verify;

    @DataBoundConstructor
    public Profile(String name) {
        this.name = Util.fixNull(name).trim();
    }

    public String getName() {
        return name;
    }

    public String getDriver() {
        return driver;
    }

    @DataBoundSetter
    public void setDriver(String driver) {
        this.driver = Util.fixEmptyAndTrim(driver);
    }

    public String getDestination() {
        return destination;
    }

    @DataBoundSetter
    public void setDestination(String destination) {
        this.destination = Util.fixEmptyAndTrim(destination);
    }

    public String getAwsCredentialsId() {
        return awsCredentialsId;
    }

    @DataBoundSetter
    public void setAwsCredentialsId(String awsCredentialsId) {
        this.awsCredentialsId = Util.fixEmptyAndTrim(awsCredentialsId);
    }

    public S3Section getS3() {
        return s3 == null ? new S3Section() : s3;
    }

    @DataBoundSetter
    public void setS3(S3Section s3) {
        this.s3 = s3 == null || s3.isDefault() ? null : s3;
    }

    public KeepSection getKeep() {
        return keep == null ? new KeepSection() : keep;
    }

    @DataBoundSetter
    public void setKeep(KeepSection keep) {
        this.keep = keep == null || keep.isDefault() ? null : keep;
    }

    public String getVerify() {
        return verify;
    }

    @DataBoundSetter
    public void setVerify(String verify) {
        this.verify = Util.fixEmptyAndTrim(verify);
    }

    /** The form's part of it. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<Profile> {

        @Override
        public String getDisplayName() {
            return Messages.Profile_displayName();
        }

        @POST
        public ListBoxModel doFillDriverItems() {
            Jenkins.get().checkPermission(Jenkins.READ);
            return DriverName.items(Messages.Profile_notSaid());
        }

        @POST
        public ListBoxModel doFillVerifyItems() {
            Jenkins.get().checkPermission(Jenkins.READ);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.Profile_notSaid(), "");
            items.add(Messages.PgBackupForm_verifyFull(), Verification.FULL.id());
            items.add(Messages.PgBackupForm_verifyReread(), Verification.REREAD.id());
            items.add(Messages.PgBackupForm_verifyNone(), Verification.NONE.id());
            return items;
        }

        @POST
        public ListBoxModel doFillAwsCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String awsCredentialsId) {
            return CredentialsDropdown.AWS.items(item, awsCredentialsId, null);
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return value.isBlank() ? FormValidation.error(Messages.Profile_noName()) : FormValidation.ok();
        }

        @POST
        public FormValidation doCheckDestination(@QueryParameter String value, @QueryParameter String driver) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return value.isBlank() || driver.isBlank()
                    ? FormValidation.ok()
                    : FormChecks.check(value, () -> BackupDriver.check(driver, value));
        }
    }
}
