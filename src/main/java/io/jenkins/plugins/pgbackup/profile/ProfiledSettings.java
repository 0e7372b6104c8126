package io.jenkins.plugins.pgbackup.profile;

import io.jenkins.plugins.pgbackup.settings.BackupSettings;
import io.jenkins.plugins.pgbackup.settings.DumpSection;
import io.jenkins.plugins.pgbackup.settings.KeepSection;
import io.jenkins.plugins.pgbackup.settings.S3Section;

/** What a step says itself, and what its profile says of the rest. */
record ProfiledSettings(BackupSettings step, Profile profile) implements BackupSettings {

    private static String first(String own, String other) {
        return own == null ? other : own;
    }

    @Override
    public String getProfile() {
        return profile.getName();
    }

    @Override
    public String getUrl() {
        return step.getUrl();
    }

    @Override
    public String getDriver() {
        return first(step.getDriver(), profile.getDriver());
    }

    @Override
    public String getDestination() {
        return first(step.getDestination(), profile.getDestination());
    }

    @Override
    public String getCredentialsId() {
        return step.getCredentialsId();
    }

    @Override
    public String getAwsCredentialsId() {
        return first(step.getAwsCredentialsId(), profile.getAwsCredentialsId());
    }

    @Override
    public DumpSection getDump() {
        return step.getDump();
    }

    @Override
    public S3Section getS3() {
        return step.getS3().orElse(profile.getS3());
    }

    @Override
    public KeepSection getKeep() {
        return step.getKeep().isDefault() ? profile.getKeep() : step.getKeep();
    }

    @Override
    public boolean isDeleteWithBuild() {
        return step.isDeleteWithBuild();
    }

    @Override
    public Boolean getArchive() {
        return step.getArchive();
    }

    @Override
    public String getFileName() {
        return step.getFileName();
    }

    @Override
    public String getVerify() {
        return first(step.getVerify(), profile.getVerify());
    }

    @Override
    public int getLockWaitTimeout() {
        return step.getLockWaitTimeout();
    }

    @Override
    public int getStallTimeout() {
        return step.getStallTimeout();
    }
}
