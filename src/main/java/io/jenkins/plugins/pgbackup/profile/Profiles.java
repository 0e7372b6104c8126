package io.jenkins.plugins.pgbackup.profile;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Item;
import hudson.model.ItemGroup;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.settings.BackupSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The profiles that a job may name. */
public final class Profiles {

    private Profiles() {}

    /** Where profiles are, besides the global configuration: for folders, whose plugin need not be there. */
    public interface Finder extends ExtensionPoint {

        /** Those of one group of jobs itself. */
        List<Profile> of(ItemGroup<?> group);
    }

    /** Those of a form or a file, without what has no name. */
    static List<Profile> of(List<Profile> given) {
        return given == null
                ? new ArrayList<>()
                : new ArrayList<>(given.stream()
                        .filter(profile -> !profile.getName().isEmpty())
                        .toList());
    }

    /**
     * The arguments of a step with those of the profile that it names.
     *
     * @param item the job
     * @throws InvalidInputException if there is no such profile; the sentence names those that are there
     */
    public static BackupSettings applyTo(BackupSettings step, Item item) {
        String name = step.getProfile();
        if (name == null) {
            return step;
        }
        Map<String, Profile> known = of(item);
        Profile profile = known.get(name);
        if (profile == null) {
            throw new InvalidInputException(
                    known.isEmpty()
                            ? Messages.Profiles_none(name)
                            : Messages.Profiles_unknown(name, String.join(", ", known.keySet())));
        }
        return new ProfiledSettings(step, profile);
    }

    /**
     * Those that a job may name, by their names: of several of one name the one of the nearest folder.
     *
     * @param item the job, or a folder; {@code null} for the global ones
     */
    public static Map<String, Profile> of(Item item) {
        Map<String, Profile> profiles = new LinkedHashMap<>();
        for (Item at = item; at != null; at = at.getParent() instanceof Item parent ? parent : null) {
            ItemGroup<?> group = at.getParent();
            for (Finder finder : ExtensionList.lookup(Finder.class)) {
                finder.of(group).forEach(profile -> profiles.putIfAbsent(profile.getName(), profile));
            }
        }
        GlobalProfiles.get().getProfiles().forEach(profile -> profiles.putIfAbsent(profile.getName(), profile));
        return profiles;
    }
}
