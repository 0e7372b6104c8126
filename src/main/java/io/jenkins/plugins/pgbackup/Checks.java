package io.jenkins.plugins.pgbackup;

import hudson.util.FormValidation;
import io.jenkins.plugins.pgbackup.engine.InvalidInputException;

/** The engine's rules, answered while one types. */
public final class Checks {

    private Checks() {}

    /** Asks a rule; what it refuses becomes the field's error, as escaped text. */
    public static FormValidation check(Runnable rule) {
        try {
            rule.run();
            return FormValidation.ok();
        } catch (InvalidInputException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    /** The same, of a text that nobody can judge before a build has put its variables in. */
    static FormValidation check(String text, Runnable rule) {
        return Rules.hasVariables(text) ? FormValidation.ok() : check(rule);
    }
}
