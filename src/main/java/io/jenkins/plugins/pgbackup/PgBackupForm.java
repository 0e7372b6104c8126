package io.jenkins.plugins.pgbackup;

import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.credentials.CredentialsDropdown;
import io.jenkins.plugins.pgbackup.credentials.CredentialsForm;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.driver.DriverName;
import io.jenkins.plugins.pgbackup.engine.BackupDefaults;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.settings.FileNameArgument;
import io.jenkins.plugins.pgbackup.settings.FormChecks;
import io.jenkins.plugins.pgbackup.settings.PgBackupConfiguration;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What the form requests while it is filled in, for the descriptors of both doors. None of it leaves the controller. */
public interface PgBackupForm extends CredentialsForm {

    /**
     * What the form sent, without the choice of neither yes nor no, which Stapler would take for {@code false}.
     *
     * @param field that has that choice
     */
    static JSONObject sent(JSONObject form, String field) {
        JSONObject sent = JSONObject.fromObject(form);
        if (sent.optString(field).isEmpty()) {
            sent.remove(field);
        }
        return sent;
    }

    /** What an empty field shows. */
    default String getDefaultFileName() {
        return BackupDefaults.FILE_NAME;
    }

    default String getDefaultVerify() {
        return BackupDefaults.VERIFICATION.id();
    }

    default int getDefaultLockWaitTimeout() {
        return BackupDefaults.LOCK_WAIT_SECONDS;
    }

    default int getDefaultStallTimeout() {
        return BackupDefaults.STALL_SECONDS;
    }

    @POST
    default ListBoxModel doFillDriverItems() {
        Jenkins.get().checkPermission(Jenkins.READ);
        ListBoxModel items = new ListBoxModel();
        for (DriverName driver : DriverName.values()) {
            items.add(driver.displayName(), driver.id());
        }
        return items;
    }

    @POST
    default ListBoxModel doFillVerifyItems() {
        Jenkins.get().checkPermission(Jenkins.READ);
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.PgBackupForm_verifyFull(), Verification.FULL.id());
        items.add(Messages.PgBackupForm_verifyReread(), Verification.REREAD.id());
        items.add(Messages.PgBackupForm_verifyNone(), Verification.NONE.id());
        return items;
    }

    @POST
    default ListBoxModel doFillArchiveItems() {
        Jenkins.get().checkPermission(Jenkins.READ);
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.PgBackupForm_archiveInside(), "");
        items.add(Messages.PgBackupForm_archiveAlways(), "true");
        items.add(Messages.PgBackupForm_archiveNever(), "false");
        return items;
    }

    @POST
    default FormValidation doCheckAwsCredentialsId(
            @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String driver) {
        if (Util.fixEmptyAndTrim(value) != null) {
            return CredentialsDropdown.AWS.check(item, value, null);
        }
        return CredentialsDropdown.mayKnow(item)
                ? FormChecks.check(() -> {
                    if (DriverName.parse(driver) == DriverName.S3) {
                        PgBackupConfiguration.get().check(S3Settings.DEFAULTS, null);
                    }
                })
                : FormValidation.ok();
    }

    @POST
    default FormValidation doCheckUrl(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return FormChecks.check(() -> UrlArgument.mustHoldNoPassword(value));
    }

    @POST
    default FormValidation doCheckDestination(@QueryParameter String value, @QueryParameter String driver) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return FormChecks.check(value, () -> BackupDriver.check(driver, value));
    }

    @POST
    default FormValidation doCheckFileName(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return value.isBlank()
                ? FormValidation.ok()
                : FormChecks.check(() -> FileNameArgument.parse(value, Variables.NONE));
    }

    @POST
    default FormValidation doCheckLockWaitTimeout(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return value.isBlank() ? FormValidation.ok() : FormValidation.validateNonNegativeInteger(value);
    }

    @POST
    default FormValidation doCheckStallTimeout(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return value.isBlank() ? FormValidation.ok() : FormValidation.validateNonNegativeInteger(value);
    }
}
