package io.jenkins.plugins.pgbackup.settings;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.util.FormValidation;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.S3Settings;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import jenkins.model.GlobalConfiguration;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** What the administrator allows all backups: Manage Jenkins, System, or {@code unclassified: pgBackup:} as code. */
@Extension
@Symbol("pgBackup")
public final class PgBackupConfiguration extends GlobalConfiguration {

    private boolean allowControllerAwsIdentity;
    private List<String> allowedS3Endpoints;

    public PgBackupConfiguration() {
        load();
    }

    public static PgBackupConfiguration get() {
        return ExtensionList.lookupSingleton(PgBackupConfiguration.class);
    }

    @Override
    public String getDisplayName() {
        return Messages.PgBackupConfiguration_displayName();
    }

    /**
     * Whether backups that name no AWS credentials use those that the controller itself has (AWS's default credentials
     * provider chain). Who may configure a job then acts with them on every bucket that they open.
     */
    public boolean isAllowControllerAwsIdentity() {
        return allowControllerAwsIdentity;
    }

    @DataBoundSetter
    public void setAllowControllerAwsIdentity(boolean allowControllerAwsIdentity) {
        this.allowControllerAwsIdentity = allowControllerAwsIdentity;
    }

    /** The servers other than AWS to which backups may go, each as {@code https://host:port}; {@code null} for all. */
    public List<String> getAllowedS3Endpoints() {
        return allowedS3Endpoints;
    }

    /** @throws InvalidInputException if one of them is no endpoint */
    @DataBoundSetter
    public void setAllowedS3Endpoints(List<String> allowedS3Endpoints) {
        List<String> endpoints = Lines.of(allowedS3Endpoints);
        checkEndpoints(endpoints);
        this.allowedS3Endpoints = endpoints;
    }

    /**
     * Refuses what the administrator does not allow.
     *
     * @param awsCredentialsId or {@code null} for those of the controller itself
     * @throws InvalidInputException with a sentence that says what to choose
     */
    public void check(S3Settings settings, String awsCredentialsId) {
        if (awsCredentialsId == null && !allowControllerAwsIdentity) {
            throw new InvalidInputException(Messages.PgBackupConfiguration_noCredentials());
        }
        checkEndpoint(settings);
    }

    /** Likewise of the server alone. */
    void checkEndpoint(S3Settings settings) {
        settings.endpointUri().ifPresent(endpoint -> {
            if (allowedS3Endpoints != null
                    && allowedS3Endpoints.stream()
                            .noneMatch(allowed -> origin(endpoint).equals(origin(parse(allowed))))) {
                throw new InvalidInputException(Messages.PgBackupConfiguration_otherEndpoint());
            }
        });
    }

    private static void checkEndpoints(List<String> endpoints) {
        Lines.orEmpty(endpoints).forEach(PgBackupConfiguration::parse);
    }

    private static URI parse(String endpoint) {
        return new S3Settings(null, endpoint, false, null, null, null, null, null)
                .endpointUri()
                .orElseThrow();
    }

    /** Scheme, host and port, by which servers are told apart (RFC 6454, 4). */
    private static String origin(URI endpoint) {
        String scheme = endpoint.getScheme().toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? 443 : 80;
        return scheme + "://" + endpoint.getHost().toLowerCase(Locale.ROOT) + ":"
                + (endpoint.getPort() < 0 ? usual : endpoint.getPort());
    }

    /** A list as its text area shows it. */
    public String lines(List<String> list) {
        return Lines.join(list);
    }

    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) throws FormException {
        try {
            checkEndpoints(Lines.of(List.of(form.optString("allowedS3Endpoints"))));
        } catch (InvalidInputException e) {
            throw new FormException(e.getMessage(), "allowedS3Endpoints");
        }
        request.bindJSON(this, form);
        save();
        return true;
    }

    @POST
    public FormValidation doCheckAllowedS3Endpoints(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return FormChecks.check(() -> checkEndpoints(Lines.of(List.of(value))));
    }

    @POST
    public FormValidation doCheckAllowControllerAwsIdentity(@QueryParameter boolean value) {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
        return value ? FormValidation.warning(Messages.PgBackupConfiguration_identityIsShared()) : FormValidation.ok();
    }
}
