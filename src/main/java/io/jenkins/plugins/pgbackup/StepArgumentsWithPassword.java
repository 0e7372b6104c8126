package io.jenkins.plugins.pgbackup;

import hudson.Extension;
import io.jenkins.plugins.pgbackup.settings.UrlArgument;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.actions.ArgumentsAction;
import org.jenkinsci.plugins.workflow.flow.StepListener;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Drops the arguments of {@code step([$class: 'PgBackupBuilder', …])} where they hold a password, as {@link PgBackupStep} drops
 * its own: Pipeline keeps a step's arguments with the build. The build step itself does not see the step that runs it.
 */
@Extension
public final class StepArgumentsWithPassword implements StepListener {

    private static final Logger LOGGER = Logger.getLogger(StepArgumentsWithPassword.class.getName());
    private static final Set<String> NAMES =
            Set.of(PgBackupBuilder.class.getName(), PgBackupBuilder.class.getSimpleName());

    @Override
    public void notifyOfNewStep(Step step, StepContext context) {
        if (!step.getDescriptor().isMetaStep()) {
            return;
        }
        try {
            FlowNode node = context.get(FlowNode.class);
            if (node != null && holdsPassword(ArgumentsAction.getArguments(node))) {
                node.removeActions(ArgumentsAction.class);
            }
        } catch (IOException | InterruptedException e) {
            LOGGER.log(Level.WARNING, "the arguments of a step are not known", e);
        }
    }

    /** However deep the build step stands in those of others. */
    private static boolean holdsPassword(Object argument) {
        if (argument instanceof UninstantiatedDescribable describable) {
            return holdsPassword(describable.toMap());
        }
        if (argument instanceof List<?> list) {
            return list.stream().anyMatch(StepArgumentsWithPassword::holdsPassword);
        }
        if (argument instanceof Map<?, ?> map) {
            return NAMES.contains(String.valueOf(map.get(DescribableModel.CLAZZ)))
                            && map.get("url") != null
                            && UrlArgument.mayHoldPassword(String.valueOf(map.get("url")))
                    || map.values().stream().anyMatch(StepArgumentsWithPassword::holdsPassword);
        }
        return false;
    }
}
