package io.jenkins.plugins.pgbackup.settings;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** How S3 is reached, and how it keeps the dump: the {@code s3: [...]} of the step. */
public final class S3Section extends AbstractDescribableImpl<S3Section> implements Serializable {

    /** As a part of a parameter's definition, which Jenkins has serializable. */
    private static final long serialVersionUID = 1L;

    private String region;
    private String endpoint;
    private boolean pathStyle;
    private String storageClass;
    private String sse;
    private String kmsKeyId;
    private List<String> tags;
    private Integer partSize;

    @DataBoundConstructor
    public S3Section() {
        // Everything has a default.
    }

    public String getRegion() {
        return region;
    }

    @DataBoundSetter
    public void setRegion(String region) {
        this.region = Util.fixEmptyAndTrim(region);
    }

    public String getEndpoint() {
        return endpoint;
    }

    @DataBoundSetter
    public void setEndpoint(String endpoint) {
        this.endpoint = Util.fixEmptyAndTrim(endpoint);
    }

    public boolean isPathStyle() {
        return pathStyle;
    }

    @DataBoundSetter
    public void setPathStyle(boolean pathStyle) {
        this.pathStyle = pathStyle;
    }

    public String getStorageClass() {
        return storageClass;
    }

    @DataBoundSetter
    public void setStorageClass(String storageClass) {
        this.storageClass = Util.fixEmptyAndTrim(storageClass);
    }

    public String getSse() {
        return sse;
    }

    @DataBoundSetter
    public void setSse(String sse) {
        this.sse = Util.fixEmptyAndTrim(sse);
    }

    public String getKmsKeyId() {
        return kmsKeyId;
    }

    @DataBoundSetter
    public void setKmsKeyId(String kmsKeyId) {
        this.kmsKeyId = Util.fixEmptyAndTrim(kmsKeyId);
    }

    /** Each as {@code key=value}. */
    public List<String> getTags() {
        return tags;
    }

    @DataBoundSetter
    public void setTags(List<String> tags) {
        this.tags = Lines.of(tags);
    }

    /** In MiB; {@code null} to let the size of the database decide. */
    public Integer getPartSize() {
        return partSize;
    }

    @DataBoundSetter
    public void setPartSize(Integer partSize) {
        this.partSize = partSize;
    }

    /** Whether nothing was changed, so that nothing need be written about it. */
    public boolean isDefault() {
        return region == null
                && endpoint == null
                && !pathStyle
                && storageClass == null
                && sse == null
                && kmsKeyId == null
                && tags == null
                && partSize == null;
    }

    /** These settings, and of another one those that are not here. */
    public S3Section orElse(S3Section other) {
        S3Section both = new S3Section();
        both.region = region == null ? other.region : region;
        both.endpoint = endpoint == null ? other.endpoint : endpoint;
        both.pathStyle = pathStyle || other.pathStyle;
        both.storageClass = storageClass == null ? other.storageClass : storageClass;
        both.sse = sse == null ? other.sse : sse;
        both.kmsKeyId = kmsKeyId == null ? other.kmsKeyId : kmsKeyId;
        both.tags = tags == null ? other.tags : tags;
        both.partSize = partSize == null ? other.partSize : partSize;
        return both;
    }

    /**
     * What the engine takes.
     *
     * @throws InvalidInputException if a setting is invalid
     */
    public S3Settings toSettings(Variables variables) {
        return new S3Settings(
                variables.expand(region),
                variables.expand(endpoint),
                pathStyle,
                variables.expand(storageClass),
                sse,
                variables.expand(kmsKeyId),
                parse(variables.expand(tags)),
                partSize);
    }

    private static Map<String, String> parse(List<String> tags) {
        Map<String, String> parsed = new LinkedHashMap<>();
        for (String tag : tags) {
            int equals = tag.indexOf('=');
            if (equals < 1) {
                throw new InvalidInputException(
                        "The tag " + Quoted.of(tag) + " has no key or no value: write it as key=value.");
            }
            String key = tag.substring(0, equals);
            if (parsed.put(key, tag.substring(equals + 1)) != null) {
                throw new InvalidInputException(
                        "The tag " + Quoted.of(key) + " is there twice, and an object has one of each: remove one.");
            }
        }
        return parsed;
    }

    /** The form's part of it. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<S3Section> {

        @Override
        public String getDisplayName() {
            return Messages.S3Section_displayName();
        }

        /** A list as its text area shows it. */
        public String lines(List<String> list) {
            return Lines.join(list);
        }

        @POST
        public ListBoxModel doFillSseItems() {
            Jenkins.get().checkPermission(Jenkins.READ);
            return new ListBoxModel(
                    new ListBoxModel.Option(Messages.S3Section_sseByBucket(), ""),
                    new ListBoxModel.Option("AES256"),
                    new ListBoxModel.Option("aws:kms"));
        }

        @POST
        public FormValidation doCheckRegion(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            S3Section section = new S3Section();
            section.setRegion(value);
            return check(value, section);
        }

        @POST
        public FormValidation doCheckEndpoint(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            if (Variables.standIn(value)) {
                return FormValidation.ok();
            }
            S3Section section = new S3Section();
            section.setEndpoint(value);
            return FormChecks.answer(() -> {
                S3Settings settings = section.toSettings(Variables.NONE);
                PgBackupConfiguration.get().checkEndpoint(settings);
                return settings.isUnencrypted()
                        ? FormValidation.warning(Messages.S3Section_http())
                        : FormValidation.ok();
            });
        }

        @POST
        public FormValidation doCheckStorageClass(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            S3Section section = new S3Section();
            section.setStorageClass(value);
            return check(value, section);
        }

        @POST
        public FormValidation doCheckKmsKeyId(@QueryParameter String value, @QueryParameter String sse) {
            Jenkins.get().checkPermission(Jenkins.READ);
            S3Section section = new S3Section();
            section.setSse(sse);
            section.setKmsKeyId(value);
            return check(value, section);
        }

        @POST
        public FormValidation doCheckTags(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            S3Section section = new S3Section();
            section.setTags(List.of(value));
            return check(value, section);
        }

        @POST
        public FormValidation doCheckPartSize(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return FormChecks.check(() -> {
                S3Section section = new S3Section();
                section.setPartSize(S3Settings.parsePartSize(value));
                section.toSettings(Variables.NONE);
            });
        }

        private static FormValidation check(String value, S3Section section) {
            return FormChecks.check(value, () -> section.toSettings(Variables.NONE));
        }
    }
}
