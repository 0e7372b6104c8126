package io.jenkins.plugins.pgbackup.settings;

import hudson.Util;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.UrlTemplate;
import java.util.ArrayList;
import java.util.List;

/** The database, as a connection URI of libpq. */
public final class UrlArgument {

    private UrlArgument() {}

    /**
     * Reads it. A variable's value is text of the part of the URL in which the variable stands, and of no other.
     *
     * @throws InvalidInputException if it is missing, or libpq would refuse it
     */
    public static PostgresUrl parse(String url, Variables variables) {
        mustBeThere(url);
        if (variables.areNone()) {
            return PostgresUrl.parse(url);
        }
        List<UrlTemplate.Variable> inUrl = new ArrayList<>();
        String template = Util.replaceMacro(url, (String name) -> {
            String value = variables.get(name);
            if (value == null) {
                return null;
            }
            inUrl.add(new UrlTemplate.Variable(name, value));
            return UrlTemplate.PLACE;
        });
        return UrlTemplate.fill(template, inUrl);
    }

    /**
     * Refuses a password: one that is written down in a configuration stays there, for all who may read it; one that
     * comes by a variable is not written down. What else stands in the place of variables is judged when the build has put
     * their values in.
     */
    public static void mustHoldNoPassword(String url) {
        mustBeThere(url);
        if (UrlTemplate.hasPassword(Util.replaceMacro(url, (String name) -> UrlTemplate.PLACE))) {
            throw new InvalidInputException(Messages.UrlArgument_password());
        }
    }

    /** Whether a password may be written in it; also true of an invalid URL, of which that is not known. */
    public static boolean mayHoldPassword(String url) {
        try {
            return url != null && UrlTemplate.hasPassword(url);
        } catch (InvalidInputException e) {
            return true;
        }
    }

    private static void mustBeThere(String url) {
        if (Util.fixEmptyAndTrim(url) == null) {
            throw new InvalidInputException(Messages.UrlArgument_missing());
        }
    }
}
