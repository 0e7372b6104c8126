package io.jenkins.plugins.pgbackup.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.BackupDefaults;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * What is dumped, and in which form: the {@code dump: [...]} of the step.
 *
 * <p>Nothing is judged before the backup starts: Pipeline answers a setter that throws by printing all arguments of the
 * step, and its URL may hold a password.
 */
public final class DumpSection extends AbstractDescribableImpl<DumpSection> {

    static final String DEFAULT_COMPRESSION = BackupDefaults.COMPRESSION.toString();

    private String format;
    private String compression;
    private List<String> schemas;
    private List<String> excludeSchemas;
    private List<String> tables;
    private List<String> excludeTables;
    private boolean schemaOnly;
    private boolean dataOnly;
    private boolean noOwner;
    private boolean noPrivileges;
    private List<String> extraOptions;

    private transient String refusal;

    @DataBoundConstructor
    public DumpSection() {
        // Everything has a default.
    }

    /** Stands for the arguments of a build step that could not be taken, as the only one that Pipeline then sets. */
    public static DumpSection refused(String refusal) {
        DumpSection section = new DumpSection();
        section.refusal = refusal;
        return section;
    }

    /** Why the build step's arguments could not be taken; {@code null} if they were. */
    public String refusal() {
        return refusal;
    }

    /** {@code custom}, {@code plain} or {@code tar}; {@code null} to follow the destination's suffix, else custom. */
    public String getFormat() {
        return format;
    }

    @DataBoundSetter
    public void setFormat(String format) {
        this.format = Util.fixEmptyAndTrim(format);
    }

    public String getCompression() {
        return compression == null ? DEFAULT_COMPRESSION : compression;
    }

    @DataBoundSetter
    public void setCompression(String compression) {
        String given = Util.fixEmptyAndTrim(compression);
        this.compression = DEFAULT_COMPRESSION.equals(given) ? null : given;
    }

    public List<String> getSchemas() {
        return schemas;
    }

    @DataBoundSetter
    public void setSchemas(List<String> schemas) {
        this.schemas = Lines.of(schemas);
    }

    public List<String> getExcludeSchemas() {
        return excludeSchemas;
    }

    @DataBoundSetter
    public void setExcludeSchemas(List<String> excludeSchemas) {
        this.excludeSchemas = Lines.of(excludeSchemas);
    }

    public List<String> getTables() {
        return tables;
    }

    @DataBoundSetter
    public void setTables(List<String> tables) {
        this.tables = Lines.of(tables);
    }

    public List<String> getExcludeTables() {
        return excludeTables;
    }

    @DataBoundSetter
    public void setExcludeTables(List<String> excludeTables) {
        this.excludeTables = Lines.of(excludeTables);
    }

    public boolean isSchemaOnly() {
        return schemaOnly;
    }

    @DataBoundSetter
    public void setSchemaOnly(boolean schemaOnly) {
        this.schemaOnly = schemaOnly;
    }

    public boolean isDataOnly() {
        return dataOnly;
    }

    @DataBoundSetter
    public void setDataOnly(boolean dataOnly) {
        this.dataOnly = dataOnly;
    }

    public boolean isNoOwner() {
        return noOwner;
    }

    @DataBoundSetter
    public void setNoOwner(boolean noOwner) {
        this.noOwner = noOwner;
    }

    public boolean isNoPrivileges() {
        return noPrivileges;
    }

    @DataBoundSetter
    public void setNoPrivileges(boolean noPrivileges) {
        this.noPrivileges = noPrivileges;
    }

    public List<String> getExtraOptions() {
        return extraOptions;
    }

    @DataBoundSetter
    public void setExtraOptions(List<String> extraOptions) {
        this.extraOptions = Lines.of(extraOptions);
    }

    /** Whether nothing was changed, so that nothing need be written about it. */
    public boolean isDefault() {
        return format == null
                && compression == null
                && Stream.of(schemas, excludeSchemas, tables, excludeTables, extraOptions)
                        .allMatch(Objects::isNull)
                && !schemaOnly
                && !dataOnly
                && !noOwner
                && !noPrivileges;
    }

    /**
     * What the engine takes.
     *
     * @throws InvalidInputException if an option is invalid, or two contradict each other
     */
    public DumpOptions toOptions(Variables variables, Duration lockWaitTimeout) {
        String requested = Util.fixEmptyAndTrim(variables.expand(format));
        String method = Util.fixEmptyAndTrim(variables.expand(compression));
        return new DumpOptions(
                requested == null ? null : DumpFormat.parse(requested),
                method == null ? BackupDefaults.COMPRESSION : Compression.parse(method),
                variables.expandNames(schemas),
                variables.expandNames(excludeSchemas),
                variables.expandNames(tables),
                variables.expandNames(excludeTables),
                schemaOnly,
                dataOnly,
                noOwner,
                noPrivileges,
                variables.expand(extraOptions),
                lockWaitTimeout);
    }

    /** The engine's rules for this section alone. */
    private void check() {
        toOptions(Variables.NONE, Duration.ZERO);
    }

    /** The form's part of it. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<DumpSection> {

        @Override
        public String getDisplayName() {
            return Messages.DumpSection_displayName();
        }

        /** A list as its text area shows it. */
        public String lines(List<String> list) {
            return Lines.join(list);
        }

        @POST
        public ListBoxModel doFillFormatItems() {
            Jenkins.get().checkPermission(Jenkins.READ);
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.DumpSection_formatBySuffix(), "");
            for (DumpFormat format : DumpFormat.values()) {
                items.add(format.id());
            }
            return items;
        }

        @POST
        public FormValidation doCheckCompression(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            DumpSection section = new DumpSection();
            section.setCompression(value);
            return FormChecks.check(value, section::check);
        }

        @POST
        public FormValidation doCheckSchemas(@QueryParameter String value) {
            return checkNames(value);
        }

        @POST
        public FormValidation doCheckExcludeSchemas(@QueryParameter String value) {
            return checkNames(value);
        }

        @POST
        public FormValidation doCheckTables(@QueryParameter String value) {
            return checkNames(value);
        }

        @POST
        public FormValidation doCheckExcludeTables(@QueryParameter String value) {
            return checkNames(value);
        }

        /** A comma may stand in a name, but hardly ever does. */
        private static FormValidation checkNames(String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return Lines.orEmpty(Lines.of(List.of(value))).stream()
                    .filter(line -> line.contains(",") && !line.contains("\""))
                    .findFirst()
                    .map(line -> FormValidation.warning(Messages.DumpSection_comma(line)))
                    .orElse(FormValidation.ok());
        }

        @POST
        public FormValidation doCheckExtraOptions(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            DumpSection section = new DumpSection();
            section.setExtraOptions(List.of(value));
            return FormChecks.check(value, section::check);
        }

        @POST
        public FormValidation doCheckDataOnly(@QueryParameter boolean value, @QueryParameter boolean schemaOnly) {
            Jenkins.get().checkPermission(Jenkins.READ);
            DumpSection section = new DumpSection();
            section.setDataOnly(value);
            section.setSchemaOnly(schemaOnly);
            return FormChecks.check(section::check);
        }
    }
}
