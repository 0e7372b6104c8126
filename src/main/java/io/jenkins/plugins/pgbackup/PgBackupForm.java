package io.jenkins.plugins.pgbackup;

import hudson.Util;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.credentials.CredentialsDropdown;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.settings.ArgumentRules;
import io.jenkins.plugins.pgbackup.settings.FormChecks;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** What the form asks while one fills it in, for the descriptors of both doors. None of it leaves the controller. */
public interface PgBackupForm {

    int DEFAULT_LOCK_WAIT_TIMEOUT = 300;
    int DEFAULT_STALL_TIMEOUT = 600;
    String DEFAULT_FILE_NAME = DumpFileName.DEFAULT_TEMPLATE;
    String DEFAULT_VERIFY = Verification.FULL.id();

    /** What the form sent, without the choice of none for {@code archive}, which Stapler would take for {@code false}. */
    static JSONObject sent(JSONObject form) {
        JSONObject sent = JSONObject.fromObject(form);
        if (sent.optString("archive").isEmpty()) {
            sent.remove("archive");
        }
        return sent;
    }

    @POST
    default ListBoxModel doFillDriverItems() {
        Jenkins.get().checkPermission(Jenkins.READ);
        ListBoxModel items = new ListBoxModel();
        for (BackupDriver driver : BackupDriver.all()) {
            items.add(driver.getDisplayName(), driver.getName());
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
    default ListBoxModel doFillCredentialsIdItems(
            @AncestorInPath Item item, @QueryParameter String credentialsId, @QueryParameter String url) {
        return CredentialsDropdown.DATABASE.items(item, credentialsId, url);
    }

    @POST
    default ListBoxModel doFillAwsCredentialsIdItems(
            @AncestorInPath Item item, @QueryParameter String awsCredentialsId) {
        return CredentialsDropdown.AWS.items(item, awsCredentialsId, null);
    }

    @POST
    default FormValidation doCheckCredentialsId(
            @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String url) {
        return CredentialsDropdown.DATABASE.check(item, value, url);
    }

    @POST
    default FormValidation doCheckAwsCredentialsId(
            @AncestorInPath Item item, @QueryParameter String value, @QueryParameter String driver) {
        if (Util.fixEmptyAndTrim(value) != null) {
            return CredentialsDropdown.AWS.check(item, value, null);
        }
        return CredentialsDropdown.mayKnow(item)
                ? FormChecks.check(() -> BackupDriver.named(driver).checkAccess(S3Settings.DEFAULTS, null))
                : FormValidation.ok();
    }

    @POST
    default FormValidation doCheckUrl(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return FormChecks.check(() -> ArgumentRules.urlWithoutPassword(value));
    }

    @POST
    default FormValidation doCheckDestination(@QueryParameter String value, @QueryParameter String driver) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return FormChecks.check(value, () -> ArgumentRules.destination(driver, value));
    }

    @POST
    default FormValidation doCheckFileName(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return value.isBlank() ? FormValidation.ok() : FormChecks.check(() -> ArgumentRules.fileName(value));
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
