package io.jenkins.plugins.pgbackup.settings;

import hudson.EnvVars;
import hudson.Util;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.UrlTemplate;
import java.util.ArrayList;
import java.util.List;

/** A freestyle build step's settings with the build's variables put in. */
public record ExpandedSettings(BackupSettings settings, EnvVars variables) implements BackupSettings {

    @Override
    public String getUrl() {
        return settings.getUrl();
    }

    /** A value is text of the part of the URL in which its variable stands, and of no other. */
    @Override
    public PostgresUrl toUrl() {
        ArgumentRules.requireUrl(getUrl());
        List<UrlTemplate.Variable> inUrl = new ArrayList<>();
        String template = Util.replaceMacro(getUrl(), (String name) -> {
            String value = variables.get(name);
            if (value == null) {
                return null;
            }
            inUrl.add(new UrlTemplate.Variable(name, value));
            return UrlTemplate.PLACE;
        });
        return UrlTemplate.fill(template, inUrl);
    }

    @Override
    public String getDriver() {
        return settings.getDriver();
    }

    @Override
    public String getDestination() {
        return variables.expand(settings.getDestination());
    }

    /** An expression here names a parameter, which the credential store resolves itself. */
    @Override
    public String getCredentialsId() {
        return settings.getCredentialsId();
    }

    @Override
    public String getAwsCredentialsId() {
        return settings.getAwsCredentialsId();
    }

    @Override
    public DumpSection getDump() {
        DumpSection dump = settings.getDump();
        DumpSection expanded = new DumpSection();
        expanded.setFormat(variables.expand(dump.getFormat()));
        expanded.setCompression(variables.expand(dump.getCompression()));
        expanded.setSchemas(names(dump.getSchemas()));
        expanded.setExcludeSchemas(names(dump.getExcludeSchemas()));
        expanded.setTables(names(dump.getTables()));
        expanded.setExcludeTables(names(dump.getExcludeTables()));
        expanded.setSchemaOnly(dump.isSchemaOnly());
        expanded.setDataOnly(dump.isDataOnly());
        expanded.setNoOwner(dump.isNoOwner());
        expanded.setNoPrivileges(dump.isNoPrivileges());
        expanded.setExtraOptions(expand(dump.getExtraOptions()));
        return expanded;
    }

    @Override
    public S3Section getS3() {
        S3Section s3 = settings.getS3();
        S3Section expanded = new S3Section();
        expanded.setRegion(variables.expand(s3.getRegion()));
        expanded.setEndpoint(variables.expand(s3.getEndpoint()));
        expanded.setPathStyle(s3.isPathStyle());
        expanded.setStorageClass(variables.expand(s3.getStorageClass()));
        expanded.setSse(s3.getSse());
        expanded.setKmsKeyId(variables.expand(s3.getKmsKeyId()));
        expanded.setTags(expand(s3.getTags()));
        expanded.setPartSize(s3.getPartSize());
        return expanded;
    }

    @Override
    public Boolean getArchive() {
        return settings.getArchive();
    }

    @Override
    public String getFileName() {
        return Util.replaceMacro(
                settings.getFileName(), (String name) -> ArgumentRules.isOfFileName(name) ? null : variables.get(name));
    }

    @Override
    public String getVerify() {
        return settings.getVerify();
    }

    @Override
    public int getLockWaitTimeout() {
        return settings.getLockWaitTimeout();
    }

    @Override
    public int getStallTimeout() {
        return settings.getStallTimeout();
    }

    /** A name that vanishes would not be missed, and a dump of one table would be one of all. */
    private List<String> names(List<String> lines) {
        for (String line : Lines.orEmpty(lines)) {
            if (variables.expand(line).isBlank()) {
                throw new InvalidInputException(Messages.ExpandedPgBackup_nameEmpty(line));
            }
        }
        return expand(lines);
    }

    private List<String> expand(List<String> lines) {
        return lines == null ? null : lines.stream().map(variables::expand).toList();
    }
}
