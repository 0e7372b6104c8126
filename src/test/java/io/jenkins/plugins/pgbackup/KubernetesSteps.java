package io.jenkins.plugins.pgbackup;

import hudson.Extension;
import hudson.Launcher;
import hudson.LauncherDecorator;
import hudson.Proc;
import hudson.model.Node;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jenkinsci.plugins.workflow.steps.StepExecutions;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Stand-ins for the steps of the Kubernetes plugin: {@code podTemplate} names a label, and {@code container} decorates the
 * launcher as the real one does. Every test has them, because a {@code TestExtension} would serve only the class it is in.
 */
public final class KubernetesSteps {

    /** A label that a test gives to its agent. */
    public static final String POD_LABEL = "pod";

    /** Every command that was started through a container's launcher, as {@code container: command}. */
    public static final List<String> STARTED = new CopyOnWriteArrayList<>();

    private KubernetesSteps() {}

    /** {@code podTemplate(yaml: '…') { }}. */
    public static final class PodTemplate extends Step {
        private final String yaml;

        @DataBoundConstructor
        public PodTemplate(String yaml) {
            this.yaml = yaml;
        }

        public String getYaml() {
            return yaml;
        }

        @Override
        public StepExecution start(StepContext context) {
            return StepExecutions.block(
                    context,
                    (own, invoker) -> invoker.withContext(EnvironmentExpander.merge(
                            own.get(EnvironmentExpander.class),
                            EnvironmentExpander.constant(Map.of("POD_LABEL", POD_LABEL)))));
        }

        @Extension
        public static final class DescriptorImpl extends BlockDescriptor {
            @Override
            public String getFunctionName() {
                return "podTemplate";
            }
        }
    }

    /** {@code container('name') { }}. */
    public static final class Container extends Step {
        private final String name;

        @DataBoundConstructor
        public Container(String name) {
            this.name = name;
        }

        public String getName() {
            return name;
        }

        @Override
        public StepExecution start(StepContext context) {
            return StepExecutions.block(
                    context,
                    (own, invoker) -> invoker.withContext(BodyInvoker.mergeLauncherDecorators(
                            own.get(LauncherDecorator.class), new Decorator(name))));
        }

        @Extension
        public static final class DescriptorImpl extends BlockDescriptor {
            @Override
            public String getFunctionName() {
                return "container";
            }
        }
    }

    private static final class Decorator extends LauncherDecorator implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String container;

        Decorator(String container) {
            this.container = container;
        }

        @Override
        public Launcher decorate(Launcher launcher, Node node) {
            return new Launcher.DecoratedLauncher(launcher) {
                @Override
                public Proc launch(ProcStarter starter) throws IOException {
                    STARTED.add(container + ": " + String.join(" ", starter.cmds()));
                    return super.launch(starter);
                }
            };
        }
    }

    private abstract static class BlockDescriptor extends StepDescriptor {
        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of();
        }

        @Override
        public boolean takesImplicitBlockArgument() {
            return true;
        }
    }
}
