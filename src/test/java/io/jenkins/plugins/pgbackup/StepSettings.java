package io.jenkins.plugins.pgbackup;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jenkinsci.plugins.structs.describable.DescribableModel;

/** The arguments of {@code pgBackup} by their names, for either {@link StepKind}. */
public record StepSettings(Map<String, Object> arguments) {

    public static StepSettings of(String url, String driver, String destination) {
        return new StepSettings(Map.of())
                .with("url", url)
                .with("driver", driver)
                .with("destination", destination);
    }

    /** These with one more argument, or another value for one. */
    public StepSettings with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(arguments);
        more.put(name, value);
        return new StepSettings(more);
    }

    /** As they stand in a Jenkinsfile. */
    public String toStep() {
        return "pgBackup("
                + arguments.entrySet().stream()
                        .map(argument -> argument.getKey() + ": " + groovy(argument.getValue()))
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /** As the form of a freestyle job makes them. */
    public PgBackupBuilder toBuilder() throws Exception {
        return new DescribableModel<>(PgBackupBuilder.class).instantiate(arguments, null);
    }

    /** A Groovy literal. */
    public static String groovy(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + groovy(entry.getValue()))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(StepSettings::groovy).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value instanceof String text) {
            return text.chars().mapToObj(StepSettings::groovyCharacter).collect(Collectors.joining("", "'", "'"));
        }
        return String.valueOf(value);
    }

    private static String groovyCharacter(int c) {
        return switch (c) {
            case '\\', '\'' -> "\\" + (char) c;
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            default -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : String.valueOf((char) c);
        };
    }
}
