package io.jenkins.plugins.pgbackup.settings;

import hudson.util.FormValidation;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.function.Supplier;

/** The engine's rules, answered while one types. */
public final class FormChecks {

    private FormChecks() {}

    /** Applies a rule; what it refuses becomes the field's error, as escaped text. */
    public static FormValidation check(Runnable rule) {
        return answer(() -> {
            rule.run();
            return FormValidation.ok();
        });
    }

    /** The same of a rule that may answer with a warning. */
    public static FormValidation answer(Supplier<FormValidation> rule) {
        try {
            return rule.get();
        } catch (InvalidInputException e) {
            return FormValidation.error(e.getMessage());
        }
    }

    /** The same, of a text that cannot be checked before a build has put its variables in. */
    public static FormValidation check(String text, Runnable rule) {
        return Variables.standIn(text) ? FormValidation.ok() : check(rule);
    }
}
