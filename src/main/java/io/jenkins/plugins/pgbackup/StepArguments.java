package io.jenkins.plugins.pgbackup;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.DescribableParameter;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;

/**
 * What is said of a Pipeline's arguments that do not fit the step, without repeating them.
 *
 * <p>Their kinds are judged here and not by Pipeline, which repeats values, speaks of classes, takes a number that is too big
 * for another number, and every word but {@code true} for {@code false}.
 */
final class StepArguments {

    private static final Set<String> NAMES = Set.of("schemas", "excludeSchemas", "tables", "excludeTables");

    /** The numbers that are none of seconds. */
    private static final String PART_SIZE = "partSize";

    private static final String JOBS = "jobs";

    private static final Set<String> NUMBERS_OF_DUMPS =
            Set.of("last", "daily", "weekly", "monthly", "yearly", "minimum");

    private StepArguments() {}

    /** The sentence for arguments that a step or section does not have, or cannot take; {@code null} if all fit. */
    static String refuse(Class<?> type, Map<?, ?> arguments) {
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
            String refusal = argument.getValue() == null
                    ? null
                    : refuse(known.getName(), known.getErasedType(), argument.getValue());
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static String refuse(String name, Class<?> type, Object value) {
        if (type == String.class) {
            return value instanceof CharSequence ? null : Messages.StepArguments_noText(name);
        }
        if (type == Integer.class) {
            return isInteger(value) ? null : noNumber(name);
        }
        if (type == Boolean.class || type == boolean.class) {
            return isTruth(value) ? null : Messages.StepArguments_noTruth(name);
        }
        if (type == List.class) {
            return refuseList(name, value);
        }
        if (value instanceof Map<?, ?> section) {
            return refuse(type, section);
        }
        return type.isInstance(value) || value instanceof UninstantiatedDescribable
                ? null
                : Messages.StepArguments_noSection(name);
    }

    private static String noNumber(String name) {
        return switch (name) {
            case PART_SIZE -> Messages.StepArguments_noPartSize(name);
            case JOBS -> Messages.StepArguments_noCount(name);
            default ->
                NUMBERS_OF_DUMPS.contains(name)
                        ? Messages.StepArguments_noDumpCount(name)
                        : Messages.StepArguments_noNumber(name);
        };
    }

    /** A form may hold blank lines; in a script, such an element is a variable without a value. */
    private static String refuseList(String name, Object value) {
        if (!(value instanceof List<?> list)) {
            return Messages.StepArguments_noList(name);
        }
        if (NAMES.contains(name)
                && list.stream()
                        .anyMatch(element -> Objects.toString(element, "").isBlank())) {
            return Messages.StepArguments_emptyName(name);
        }
        return list.stream().allMatch(CharSequence.class::isInstance) ? null : Messages.StepArguments_noList(name);
    }

    private static boolean isInteger(Object value) {
        try {
            new BigDecimal(value.toString()).intValueExact();
            return value instanceof Number || value instanceof CharSequence;
        } catch (ArithmeticException | NumberFormatException e) {
            return false;
        }
    }

    private static boolean isTruth(Object value) {
        return value instanceof Boolean
                || value instanceof CharSequence
                        && Set.of("true", "false").contains(value.toString().toLowerCase(Locale.ROOT));
    }

    /** The sentence for arguments that could not be taken for another reason. */
    static String refuse(Exception failure) {
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason instanceof InvalidInputException ? reason.getMessage() : Messages.StepArguments_wrongType();
    }
}
