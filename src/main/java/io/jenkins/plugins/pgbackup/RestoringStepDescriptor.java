package io.jenkins.plugins.pgbackup;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.util.FormValidation;
import io.jenkins.plugins.pgbackup.credentials.CredentialsDropdown;
import io.jenkins.plugins.pgbackup.credentials.CredentialsForm;
import io.jenkins.plugins.pgbackup.settings.FormChecks;
import io.jenkins.plugins.pgbackup.settings.Lines;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The steps that restore a dump, as Pipeline and their forms know them. */
public abstract class RestoringStepDescriptor extends StepDescriptor implements CredentialsForm {

    private final Class<? extends RestoringStep> step;

    RestoringStepDescriptor(Class<? extends RestoringStep> step) {
        this.step = step;
    }

    @Override
    public final Set<? extends Class<?>> getRequiredContext() {
        return Set.of(Run.class, FilePath.class, EnvVars.class, Launcher.class, TaskListener.class, FlowNode.class);
    }

    /** A step with that URL and nothing else. */
    abstract RestoringStep empty(String url);

    /**
     * Never throws: Pipeline itself would answer arguments that do not fit by printing all of them, and the URL may hold a
     * password.
     */
    @Override
    public final Step newInstance(Map<String, Object> arguments) {
        String refusal;
        try {
            refusal = StepArguments.refuse(step, arguments);
            if (refusal == null) {
                return super.newInstance(arguments);
            }
        } catch (Exception e) {
            refusal = StepArguments.refuse(e);
        }
        RestoringStep refused = empty(String.valueOf(arguments.get("url")));
        refused.refuse(refusal);
        return refused;
    }

    @Override
    public final String argumentsToString(Map<String, Object> namedArgs) {
        for (String source : new String[] {"from", "latest", "build"}) {
            if (namedArgs.get(source) != null) {
                return String.valueOf(namedArgs.get(source));
            }
        }
        return null;
    }

    /** A list as its text area shows it. */
    public final String lines(List<String> list) {
        return Lines.join(list);
    }

    @POST
    public FormValidation doCheckAwsCredentialsId(@AncestorInPath Item item, @QueryParameter String value) {
        return Util.fixEmptyAndTrim(value) == null
                ? FormValidation.ok()
                : CredentialsDropdown.AWS.check(item, value, null);
    }

    @POST
    public FormValidation doCheckUrl(@QueryParameter String value) {
        Jenkins.get().checkPermission(Jenkins.READ);
        return isUrlOptional() && value.isBlank()
                ? FormValidation.ok()
                : FormChecks.check(() -> UrlArgument.mustHoldNoPassword(value));
    }

    boolean isUrlOptional() {
        return false;
    }
}
