package io.jenkins.plugins.pgbackup.profile;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.pgbackup.Messages;
import java.util.List;
import jenkins.model.GlobalConfiguration;
import net.sf.json.JSONObject;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** The profiles of all jobs. */
@Extension
@Symbol("pgBackupProfiles")
public final class GlobalProfiles extends GlobalConfiguration {

    private List<Profile> profiles;

    public GlobalProfiles() {
        load();
    }

    public static GlobalProfiles get() {
        return ExtensionList.lookupSingleton(GlobalProfiles.class);
    }

    @Override
    public String getDisplayName() {
        return Messages.GlobalProfiles_displayName();
    }

    public List<Profile> getProfiles() {
        return profiles == null ? List.of() : List.copyOf(profiles);
    }

    @DataBoundSetter
    public void setProfiles(List<Profile> profiles) {
        this.profiles = Profiles.of(profiles);
        save();
    }

    /** A form without profiles sends none. */
    @Override
    public boolean configure(StaplerRequest2 request, JSONObject form) {
        setProfiles(request.bindJSONToList(Profile.class, form.opt("profiles")));
        return true;
    }
}
