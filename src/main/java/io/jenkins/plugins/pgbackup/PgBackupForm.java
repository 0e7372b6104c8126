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
import io.jenkins.plugins.pgbackup.profile.Profiles;
import io.jenkins.plugins.pgbackup.settings.FileNameArgument;
import io.jenkins.plugins.pgbackup.settings.FormChecks;
import io.jenkins.plugins.pgbackup.settings.PgBackupConfiguration;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import io.jenkins.plugins.pgbackup.settings.Variables;
import java.util.LinkedHashSet;
import java.util.Set;
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

    default int getDefaultLockWaitTimeout() {
        return BackupDefaults.LOCK_WAIT_SECONDS;
    }

    default int getDefaultStallTimeout() {
        return BackupDefaults.STALL_SECONDS;
    }

    /** Their names, to those who may know what the job may use. */
    @POST
    default ListBoxModel doFillProfileItems(@AncestorInPath Item item, @QueryParameter String profile) {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.PgBackupForm_noProfile(), "");
        String current = Util.fixEmptyAndTrim(profile);
        Set<String> names = new LinkedHashSet<>();
        if (current != null) {
            names.add(current);
        }
        if (CredentialsDropdown.mayKnow(item)) {
            names.addAll(Profiles.of(item).keySet());
        }
        names.forEach(items::add);
        return items;
    }

    @POST
    default FormValidation doCheckProfile(@AncestorInPath Item item, @QueryParameter String value) {
        String name = Util.fixEmptyAndTrim(value);
        return name == null
                        || !CredentialsDropdown.mayKnow(item)
                        || Profiles.of(item).containsKey(name)
                ? FormValidation.ok()
                : FormValidation.error(Messages.PgBackupForm_profileNotFound());
    }

    @POST
    default ListBoxModel doFillDriverItems() {
        Jenkins.get().checkPermission(Jenkins.READ);
        return DriverName.items(Messages.PgBackupForm_byProfile());
    }

    @POST
    default ListBoxModel doFillVerifyItems() {
        Jenkins.get().checkPermission(Jenkins.READ);
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.PgBackupForm_verifyByProfile(), "");
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
                    if (!driver.isBlank() && DriverName.parse(driver) == DriverName.S3) {
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
        return driver.isBlank()
                ? FormValidation.ok()
                : FormChecks.check(value, () -> BackupDriver.check(driver, value));
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
