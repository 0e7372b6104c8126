package io.jenkins.plugins.pgbackup;

import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.pgbackup.settings.Variables;
import java.io.IOException;
import jenkins.model.Jenkins;
import jenkins.tasks.SimpleBuildStep;
import org.kohsuke.stapler.DataBoundConstructor;

/** {@code pgRestoreTest} as a build step of a freestyle job. It is told what the step of a Pipeline is told. */
public final class PgRestoreTestBuilder extends Builder implements SimpleBuildStep {

    private final PgRestoreTestStep test;

    /** A URL that has a password is not kept; the build says why. */
    @DataBoundConstructor
    public PgRestoreTestBuilder(PgRestoreTestStep test) {
        this.test = test;
        test.dropUrlWithPassword();
    }

    /** What comes by a configuration file comes past the constructor. */
    private Object readResolve() {
        if (test.dropUrlWithPassword()) {
            ConfigurationWithPassword.wasRead();
        }
        return this;
    }

    public PgRestoreTestStep getTest() {
        return test;
    }

    @Override
    public void perform(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
            throws InterruptedException, IOException {
        Variables variables = run instanceof AbstractBuild ? Variables.of(env) : Variables.NONE;
        new RestoreTestRun(test.plan(variables), run, workspace, env, launcher, listener).run();
    }

    /** The build step as Jenkins knows it. */
    @Extension
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {

        @Override
        public String getDisplayName() {
            return Messages.PgRestoreTest_displayName();
        }

        @Override
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getHelpFile() {
            return Jenkins.get().getDescriptorOrDie(PgRestoreTestStep.class).getHelpFile();
        }
    }
}
