package io.jenkins.plugins.pgbackup.engine.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program to run, without a shell.
 *
 * @param arguments the program's name, then its arguments; none of them secret
 * @param environment variables to set over the machine's own; an empty value removes the variable
 */
public record Command(List<String> arguments, Map<String, String> environment) {

    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("no program to run");
        }
    }

    /** Puts a program's name before its arguments. */
    public static Command of(String program, List<String> arguments, Map<String, String> environment) {
        List<String> all = new ArrayList<>();
        all.add(program);
        all.addAll(arguments);
        return new Command(all, environment);
    }

    public String program() {
        return arguments.get(0);
    }
}
