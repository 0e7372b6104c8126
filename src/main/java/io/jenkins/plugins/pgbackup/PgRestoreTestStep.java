package io.jenkins.plugins.pgbackup;

import hudson.AbortException;
import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.pgbackup.settings.Lines;
import io.jenkins.plugins.pgbackup.settings.RestoreTestSettings;
import io.jenkins.plugins.pgbackup.settings.Variables;
import io.jenkins.plugins.pgbackup.view.RestoreTestSummary;
import java.util.List;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code pgRestoreTest} in a Pipeline. It returns a {@link RestoreTestSummary}. */
public final class PgRestoreTestStep extends RestoringStep implements RestoreTestSettings {

    private static final String JUNIT = "pgbackup-restore-test.xml";
    private static final String REPORT = "pgbackup-restore-test.json";

    private List<String> checks;
    private boolean amcheck;
    private boolean trust;
    private String junit;
    private String report;

    @DataBoundConstructor
    public PgRestoreTestStep() {
        super(null);
    }

    @DataBoundSetter
    public void setUrl(String url) {
        takeUrl(url);
    }

    @Override
    public List<String> getChecks() {
        return checks;
    }

    @DataBoundSetter
    public void setChecks(List<String> checks) {
        this.checks = Lines.of(checks);
    }

    @Override
    public boolean isAmcheck() {
        return amcheck;
    }

    @DataBoundSetter
    public void setAmcheck(boolean amcheck) {
        this.amcheck = amcheck;
    }

    @Override
    public boolean isTrust() {
        return trust;
    }

    @DataBoundSetter
    public void setTrust(boolean trust) {
        this.trust = trust;
    }

    @Override
    public String getJunit() {
        return junit == null ? JUNIT : junit;
    }

    @DataBoundSetter
    public void setJunit(String junit) {
        String given = Util.fixEmptyAndTrim(junit);
        this.junit = JUNIT.equals(given) ? null : given;
    }

    @Override
    public String getReport() {
        return report == null ? REPORT : report;
    }

    @DataBoundSetter
    public void setReport(String report) {
        String given = Util.fixEmptyAndTrim(report);
        this.report = REPORT.equals(given) ? null : given;
    }

    @Override
    InterruptibleExecution.Work<RestoreTestSummary> work(Variables variables) throws AbortException {
        requireFitting();
        RestoreTestPlan plan = RestoreTestPlan.of(this, variables);
        return context -> new RestoreTestRun(plan, context).run();
    }

    /** The step as Pipeline knows it. */
    @Extension
    public static final class DescriptorImpl extends RestoringStepDescriptor {

        public DescriptorImpl() {
            super(PgRestoreTestStep.class);
        }

        @Override
        public String getFunctionName() {
            return "pgRestoreTest";
        }

        @Override
        public String getDisplayName() {
            return Messages.PgRestoreTest_displayName();
        }

        @Override
        RestoringStep empty(String url) {
            PgRestoreTestStep step = new PgRestoreTestStep();
            step.setUrl(url);
            return step;
        }

        @Override
        boolean isUrlOptional() {
            return true;
        }
    }
}
