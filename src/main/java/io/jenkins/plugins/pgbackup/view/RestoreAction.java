package io.jenkins.plugins.pgbackup.view;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.util.ArrayList;
import java.util.List;

/** What a build's page says of the restores that the build made. */
public final class RestoreAction extends InvisibleAction {

    private final List<RestoreSummary> restores;

    private RestoreAction(List<RestoreSummary> restores) {
        this.restores = restores;
    }

    /** Notes one more restore with the build. */
    public static void record(Run<?, ?> build, RestoreSummary restore) {
        synchronized (build) {
            RestoreAction known = build.getAction(RestoreAction.class);
            List<RestoreSummary> restores = new ArrayList<>(known == null ? List.of() : known.restores);
            restores.add(restore);
            build.replaceAction(new RestoreAction(restores));
        }
    }

    /** In the order in which they were made. */
    public List<RestoreSummary> getRestores() {
        return List.copyOf(restores);
    }
}
