package io.jenkins.plugins.pgbackup.view;

import hudson.model.Job;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.Prune;
import io.jenkins.plugins.pgbackup.engine.catalog.Manifest;
import io.jenkins.plugins.pgbackup.engine.catalog.Origin;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/** The builds that have made the dumps of a place: one that is kept forever keeps its dump, and one whose dump is removed says so. */
public final class BuildsOfDumps implements Prune.Pins {

    private static final Pattern NUMBER = Pattern.compile("#(\\d{1,9})");

    /** By the name of the dump. */
    private final Map<String, Made> made = new HashMap<>();

    private record Made(String uri, Origin origin) {}

    @Override
    public Optional<String> reason(Manifest manifest) {
        made.put(manifest.fileName(), new Made(manifest.uri(), manifest.origin()));
        return find(manifest.origin())
                .filter(Run::isKeepLog)
                .map(build -> Messages.BuildsOfDumps_kept(build.getDisplayName()));
    }

    /** Notes with the build that made a dump that the dump is gone. */
    public void removed(String fileName, Run<?, ?> by) {
        Made dump = made.get(fileName);
        find(dump.origin()).ifPresent(build -> BackupAction.removed(build, dump.uri(), by.getFullDisplayName()));
    }

    /** Whatever the authentication of the build may read: what is kept forever is kept. */
    private static Optional<Run<?, ?>> find(Origin origin) {
        Matcher number = NUMBER.matcher(String.valueOf(origin.build()));
        if (origin.job() == null || !ControllerId.get().equals(origin.controller()) || !number.matches()) {
            return Optional.empty();
        }
        try (ACLContext ignored = ACL.as2(ACL.SYSTEM2)) {
            Job<?, ?> job = Jenkins.get().getItemByFullName(origin.job(), Job.class);
            return job == null
                    ? Optional.empty()
                    : Optional.ofNullable(job.getBuildByNumber(Integer.parseInt(number.group(1))));
        }
    }
}
