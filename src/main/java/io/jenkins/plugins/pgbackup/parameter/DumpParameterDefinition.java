package io.jenkins.plugins.pgbackup.parameter;

import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.model.ParameterValue;
import hudson.model.SimpleParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.credentials.CredentialsDropdown;
import io.jenkins.plugins.pgbackup.driver.DumpListing;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Location;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Uri;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import io.jenkins.plugins.pgbackup.settings.FormChecks;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.BuildLog;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * A parameter whose value is the URI of a dump. The dumps are those that a job has recorded, or those of a place in S3.
 *
 * <p>No other value is taken: a user who may start the build need not be allowed to choose any object or file.
 */
public final class DumpParameterDefinition extends SimpleParameterDefinition {

    private static final long serialVersionUID = 1L;

    private String job;
    private String destination;
    private String database;
    private String awsCredentialsId;
    private S3Section s3;

    @DataBoundConstructor
    public DumpParameterDefinition(String name) {
        super(name);
    }

    /** The full name of the job whose dumps are listed, or {@code null}. */
    public String getJob() {
        return job;
    }

    @DataBoundSetter
    public void setJob(String job) {
        this.job = Util.fixEmptyAndTrim(job);
    }

    /** The place in S3 whose dumps are listed, or {@code null}. */
    public String getDestination() {
        return destination;
    }

    @DataBoundSetter
    public void setDestination(String destination) {
        this.destination = Util.fixEmptyAndTrim(destination);
    }

    /** Of which the dumps are to be; {@code null} for all. */
    public String getDatabase() {
        return database;
    }

    @DataBoundSetter
    public void setDatabase(String database) {
        this.database = Util.fixEmptyAndTrim(database);
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

    /** What the form of a build offers, for its page. */
    public DumpChoices getChoices() {
        try {
            return new DumpChoices(list(), null);
        } catch (InvalidInputException | IOException e) {
            return new DumpChoices(List.of(), PrintableLine.of(e.getMessage(), BuildLog.LONGEST_SENTENCE));
        }
    }

    private List<DumpListing.Entry> list() throws IOException {
        requireOneSource();
        List<DumpListing.Entry> all = job != null
                ? DumpListing.ofJob(job)
                : DumpListing.inS3(S3Location.parse(destination), settings(), awsCredentialsId, itemOfRequest());
        return all.stream()
                .filter(dump -> database == null || database.equals(dump.database()))
                .toList();
    }

    private void requireOneSource() {
        if ((job == null) == (destination == null)) {
            throw new InvalidInputException(Messages.DumpParameter_notOne());
        }
    }

    private S3Settings settings() {
        return getS3().toSettings(Variables.NONE);
    }

    /** The job that has the parameter: its credentials are used. */
    private static Item itemOfRequest() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        return request == null ? null : request.findAncestorObject(Item.class);
    }

    /**
     * The newest proven dump of the job, for builds that a timer starts. For a place in S3 there is no default: Jenkins' REST interface
     * shows it, so each view of the job would query the store.
     */
    @Override
    public ParameterValue getDefaultParameterValue() {
        return job == null
                ? null
                : Optional.ofNullable(getChoices().getProposed())
                        .map(this::value)
                        .orElse(null);
    }

    @Override
    public ParameterValue createValue(StaplerRequest2 request, JSONObject form) {
        return createValue(form.getString("value"));
    }

    /** @throws IllegalArgumentException if it is no dump of the list */
    @Override
    public ParameterValue createValue(String uri) {
        if (!isListed(uri)) {
            throw new UnknownDumpException(Messages.DumpParameter_unknown(
                    PrintableLine.of(uri, BuildLog.LONGEST_SENTENCE), getName(), job == null ? destination : job));
        }
        return value(uri);
    }

    @Override
    public boolean isValid(ParameterValue value) {
        return value.getValue() instanceof String uri && isListed(uri);
    }

    /** Of a place in S3 it is not looked whether there is such an object: the restore will say so. */
    private boolean isListed(String uri) {
        try {
            if (job != null) {
                return list().stream().anyMatch(dump -> dump.uri().equals(uri));
            }
            requireOneSource();
            return S3Location.isUri(uri) && S3Uri.parse(uri).location().equals(S3Location.parse(destination));
        } catch (InvalidInputException | IOException e) {
            return false;
        }
    }

    private ParameterValue value(String uri) {
        return new StringParameterValue(getName(), uri, getDescription());
    }

    /** The form's part of it. */
    @Extension
    @Symbol("postgresDump")
    public static final class DescriptorImpl extends ParameterDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.DumpParameter_displayName();
        }

        @POST
        public ListBoxModel doFillAwsCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String awsCredentialsId) {
            return CredentialsDropdown.AWS.items(item, awsCredentialsId, null);
        }

        @POST
        public FormValidation doCheckAwsCredentialsId(@AncestorInPath Item item, @QueryParameter String value) {
            return CredentialsDropdown.AWS.check(item, value, null);
        }

        @POST
        public FormValidation doCheckJob(@QueryParameter String value, @QueryParameter String destination) {
            Jenkins.get().checkPermission(Jenkins.READ);
            String name = Util.fixEmptyAndTrim(value);
            if ((name == null) == (Util.fixEmptyAndTrim(destination) == null)) {
                return FormValidation.error(Messages.DumpParameter_notOne());
            }
            if (name != null) {
                try {
                    DumpListing.requireJob(name);
                } catch (BackupException e) {
                    return FormValidation.warning(e.getMessage());
                }
            }
            return FormValidation.ok();
        }

        @POST
        public FormValidation doCheckDestination(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.READ);
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.ok()
                    : FormChecks.check(() -> S3Location.parse(value.trim()));
        }
    }
}
