package io.jenkins.plugins.pgbackup.credentials;

import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The fields for credentials that the forms have. */
public interface CredentialsForm {

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
}
