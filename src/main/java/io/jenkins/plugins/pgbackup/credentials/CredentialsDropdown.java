package io.jenkins.plugins.pgbackup.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.Messages;
import java.util.List;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/** The dropdowns of credentials and their checks, with the guard that the credentials plugin requires of its consumers. */
public enum CredentialsDropdown {
    DATABASE(DatabaseCredentials.MATCHER),
    AWS(AwsCredentials.MATCHER);

    private final CredentialsMatcher matcher;

    CredentialsDropdown(CredentialsMatcher matcher) {
        this.matcher = matcher;
    }

    /**
     * Lists what the job may use, to those who may know.
     *
     * @param item the job or folder whose form it is, or {@code null} outside of any
     * @param current what is chosen; it is always listed
     * @param url the database, which may rule out credentials of other hosts; {@code null} if there is none
     */
    public ListBoxModel items(Item item, String current, String url) {
        StandardListBoxModel items = new StandardListBoxModel();
        if (!mayKnow(item)) {
            return items.includeCurrentValue(current);
        }
        return items.includeEmptyValue()
                .includeMatchingAs(authentication(item), item, StandardCredentials.class, requirements(url), matcher)
                .includeCurrentValue(current);
    }

    /** Says whether what is chosen exists, to those who may know. */
    public FormValidation check(Item item, String value, String url) {
        String id = Util.fixEmptyAndTrim(value);
        if (!mayKnow(item) || id == null) {
            return FormValidation.ok();
        }
        if (id.startsWith("${") && id.endsWith("}")) {
            return FormValidation.warning(Messages.CredentialsDropdown_expression());
        }
        ListBoxModel known = CredentialsProvider.listCredentialsInItem(
                StandardCredentials.class, item, authentication(item), requirements(url), matcher);
        return known.stream().anyMatch(option -> option.value.equals(id))
                ? FormValidation.ok()
                : FormValidation.error(Messages.CredentialsDropdown_notFound());
    }

    /** What of that name the builds of a job may use, or {@code null}. */
    StandardCredentials find(Item item, String id) {
        return CredentialsProvider.lookupCredentialsInItem(
                        StandardCredentials.class, item, authentication(item), List.of())
                .stream()
                .filter(credentials -> credentials.getId().equals(id) && matcher.matches(credentials))
                .findFirst()
                .orElse(null);
    }

    /** Whether the current user may know what the job may use. */
    public static boolean mayKnow(Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    private static Authentication authentication(Item item) {
        return item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
    }

    private static List<DomainRequirement> requirements(String url) {
        return url == null ? List.of() : DatabaseDomainRequirements.ofText(url);
    }
}
