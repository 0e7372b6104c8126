package io.jenkins.plugins.pgbackup;

import hudson.EnvVars;
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

/** A build step of a freestyle job that restores a dump. Its arguments are those of the step of a Pipeline, which it holds. */
public abstract class RestoringBuilder extends Builder implements SimpleBuildStep {

    abstract RestoringStep step();

    /** What comes by a configuration file comes past the constructor, which keeps no URL with a password either. */
    protected final Object readResolve() {
        if (step().dropUrlWithPassword()) {
            ConfigurationWithPassword.wasRead();
        }
        return this;
    }

    @Override
    public final void perform(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
            throws InterruptedException, IOException {
        Variables variables = run instanceof AbstractBuild ? Variables.of(env) : Variables.NONE;
        step().work(variables).run(new BuildContext(run, workspace, env, launcher, listener));
    }

    /** Such a build step as Jenkins knows it, with the help of the step of a Pipeline. */
    public abstract static class RestoringBuilderDescriptor extends BuildStepDescriptor<Builder> {

        private final Class<? extends RestoringStep> step;

        RestoringBuilderDescriptor(Class<? extends RestoringBuilder> builder, Class<? extends RestoringStep> step) {
            super(builder);
            this.step = step;
        }

        @Override
        public final String getHelpFile() {
            return Jenkins.get().getDescriptorOrDie(step).getHelpFile();
        }

        @Override
        public final boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }
    }
}
