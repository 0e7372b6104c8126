package io.jenkins.plugins.pgbackup;

import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import java.util.Map;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;

/** What is said of a Pipeline's arguments that do not fit the step, without repeating them. */
final class StepArguments {

    private StepArguments() {}

    /** The sentence for arguments that a step or section does not have, or {@code null} where it has all. */
    static String refuseUnknown(Class<?> type, Map<?, ?> arguments) {
        DescribableModel<?> model = DescribableModel.of(type);
        for (Map.Entry<?, ?> argument : arguments.entrySet()) {
            DescribableParameter known = model.getParameter(String.valueOf(argument.getKey()));
            if (known == null) {
                return Messages.StepArguments_unknown(
                        argument.getKey(),
                        String.join(
                                ", ",
                                model.getParameters().stream()
                                        .map(DescribableParameter::getName)
                                        .sorted()
                                        .toList()));
            }
            String nested = argument.getValue() instanceof Map<?, ?> section
                            && !known.getErasedType().isInterface()
                    ? refuseUnknown(known.getErasedType(), section)
                    : null;
            if (nested != null) {
                return nested;
            }
        }
        return null;
    }

    /** The sentence for arguments that could not be taken: the reason at the bottom, which names a field and no value. */
    static String refuse(Exception failure) {
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason instanceof InvalidInputException
                ? reason.getMessage()
                : Messages.StepArguments_wrongType(reason.getMessage());
    }
}
