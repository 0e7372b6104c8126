package io.jenkins.plugins.pgbackup.settings;

import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import java.util.List;
import java.util.Map;

/** The dump's name without suffix, as a template with variables of its own. */
public final class FileNameArgument {

    private static final String JOB = "job";
    private static final String BUILD = "build";
    private static final List<String> OWN = List.of(DumpFileName.DATABASE, DumpFileName.TIMESTAMP, JOB, BUILD);

    private FileNameArgument() {}

    /**
     * Reads it, with the template's own variables left in it.
     *
     * @throws InvalidInputException if it is no template of a file name
     */
    public static String parse(String template, Variables variables) {
        String expanded = variables.areNone()
                ? template
                : Util.replaceMacro(template, (String name) -> OWN.contains(name) ? null : variables.get(name));
        DumpFileName.checkTemplate(expanded, OWN);
        return expanded;
    }

    /** Likewise of one into which a build will put the values of other variables, which are not known yet. */
    public static void check(String template) {
        String filled = Util.replaceMacro(template, (String name) -> OWN.contains(name) ? null : "x");
        DumpFileName.checkTemplate(filled, OWN);
    }

    /** What the engine does not know: the values of its variables, besides database and timestamp. */
    public static Map<String, String> values(Run<?, ?> build) {
        return Map.of(JOB, build.getParent().getFullName(), BUILD, String.valueOf(build.getNumber()));
    }
}
