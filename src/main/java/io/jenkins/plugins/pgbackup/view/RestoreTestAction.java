package io.jenkins.plugins.pgbackup.view;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.util.ArrayList;
import java.util.List;

/** What a build's page says of the restore tests that the build made. */
public final class RestoreTestAction extends InvisibleAction {

    private final List<RestoreTestSummary> tests;

    private RestoreTestAction(List<RestoreTestSummary> tests) {
        this.tests = tests;
    }

    /** Notes one more restore test with the build. */
    public static void record(Run<?, ?> build, RestoreTestSummary test) {
        synchronized (build) {
            RestoreTestAction known = build.getAction(RestoreTestAction.class);
            List<RestoreTestSummary> tests = new ArrayList<>(known == null ? List.of() : known.tests);
            tests.add(test);
            build.replaceAction(new RestoreTestAction(tests));
        }
    }

    /** In the order in which they were made. */
    public List<RestoreTestSummary> getTests() {
        return List.copyOf(tests);
    }
}
