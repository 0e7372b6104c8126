package io.jenkins.plugins.pgbackup.profile;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.AbstractFolderProperty;
import com.cloudbees.hudson.plugins.folder.AbstractFolderPropertyDescriptor;
import hudson.Extension;
import hudson.model.ItemGroup;
import io.jenkins.plugins.pgbackup.Messages;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** The profiles of the jobs below a folder. */
public final class FolderProfiles extends AbstractFolderProperty<AbstractFolder<?>> {

    private final List<Profile> profiles;

    @DataBoundConstructor
    public FolderProfiles(List<Profile> profiles) {
        this.profiles = Profiles.of(profiles);
    }

    public List<Profile> getProfiles() {
        return List.copyOf(profiles);
    }

    /** The form's part of it. */
    @Extension(optional = true)
    @Symbol("pgBackupProfiles")
    public static final class DescriptorImpl extends AbstractFolderPropertyDescriptor {

        @Override
        public String getDisplayName() {
            return Messages.GlobalProfiles_displayName();
        }
    }

    /** Finds them, where there are folders. */
    @Extension(optional = true)
    public static final class Finder implements Profiles.Finder {

        @Override
        public List<Profile> of(ItemGroup<?> group) {
            FolderProfiles property = group instanceof AbstractFolder<?> folder
                    ? folder.getProperties().get(FolderProfiles.class)
                    : null;
            return property == null ? List.of() : property.getProfiles();
        }
    }
}
