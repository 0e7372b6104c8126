package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.BackupDefaults;
import java.time.Duration;
import java.util.List;

/** Options of which a test names those that it is about; without any it is the whole database, as the doors dump it. */
public final class DumpOptionsBuilder {

    private DumpFormat format;
    private Compression compression = BackupDefaults.COMPRESSION;
    private List<String> schemas = List.of();
    private List<String> excludeSchemas = List.of();
    private List<String> tables = List.of();
    private List<String> excludeTables = List.of();
    private boolean schemaOnly;
    private boolean dataOnly;
    private boolean noOwner;
    private boolean noPrivileges;
    private List<String> extraOptions = List.of();
    private Duration lockWaitTimeout = Duration.ofSeconds(BackupDefaults.LOCK_WAIT_SECONDS);

    public DumpOptionsBuilder format(DumpFormat value) {
        format = value;
        return this;
    }

    public DumpOptionsBuilder compression(Compression value) {
        compression = value;
        return this;
    }

    public DumpOptionsBuilder schemas(List<String> patterns) {
        schemas = patterns;
        return this;
    }

    public DumpOptionsBuilder excludeSchemas(List<String> patterns) {
        excludeSchemas = patterns;
        return this;
    }

    public DumpOptionsBuilder tables(List<String> patterns) {
        tables = patterns;
        return this;
    }

    public DumpOptionsBuilder excludeTables(List<String> patterns) {
        excludeTables = patterns;
        return this;
    }

    public DumpOptionsBuilder schemaOnly(boolean value) {
        schemaOnly = value;
        return this;
    }

    public DumpOptionsBuilder dataOnly(boolean value) {
        dataOnly = value;
        return this;
    }

    public DumpOptionsBuilder noOwner(boolean value) {
        noOwner = value;
        return this;
    }

    public DumpOptionsBuilder noPrivileges(boolean value) {
        noPrivileges = value;
        return this;
    }

    public DumpOptionsBuilder extraOptions(List<String> options) {
        extraOptions = options;
        return this;
    }

    public DumpOptionsBuilder lockWaitTimeout(Duration value) {
        lockWaitTimeout = value;
        return this;
    }

    public DumpOptions build() {
        return new DumpOptions(
                format,
                compression,
                schemas,
                excludeSchemas,
                tables,
                excludeTables,
                schemaOnly,
                dataOnly,
                noOwner,
                noPrivileges,
                extraOptions,
                lockWaitTimeout);
    }
}
