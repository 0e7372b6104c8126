package io.jenkins.plugins.pgbackup;

import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.engine.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import java.util.List;
import java.util.Map;

/** What the three mandatory arguments and the file name may be; asked by the form while one types and again by the run. */
final class Rules {

    private static final String JOB = "job";
    private static final String BUILD = "build";
    private static final List<String> OF_FILE_NAME = List.of(DumpFileName.DATABASE, DumpFileName.TIMESTAMP, JOB, BUILD);

    private Rules() {}

    static void url(String url) {
        if (Util.fixEmptyAndTrim(url) == null) {
            throw new InvalidInputException(Messages.Rules_urlMissing());
        }
        PostgresUrl.parse(url);
    }

    /** A password that is written down in a configuration stays there, for everybody who may read it. */
    static void urlWithoutPassword(String url) {
        url(url);
        if (PostgresUrl.parse(url)
                .password()
                .filter(password -> !isExpression(password))
                .isPresent()) {
            throw new InvalidInputException(Messages.Rules_urlWithPassword());
        }
    }

    /** Whether a password may stand in it; also true of what is no URL, where nobody can tell. */
    static boolean mayHoldPassword(String url) {
        try {
            return url != null && PostgresUrl.parse(url).hasPassword();
        } catch (InvalidInputException e) {
            return true;
        }
    }

    static void destination(String driver, String destination) {
        if (Util.fixEmptyAndTrim(driver) == null) {
            throw new InvalidInputException(Messages.Rules_driverMissing());
        }
        BackupDriver known = BackupDriver.named(driver);
        if (Util.fixEmptyAndTrim(destination) == null) {
            throw new InvalidInputException(Messages.Rules_destinationMissing());
        }
        known.checkDestination(destination);
    }

    static void fileName(String template) {
        DumpFileName.checkTemplate(template, OF_FILE_NAME);
    }

    /** Whether the template of the file name has a variable of that name. */
    static boolean isOfFileName(String name) {
        return OF_FILE_NAME.contains(name);
    }

    /** What a file name may use besides database and timestamp. */
    static Map<String, String> variables(Run<?, ?> build) {
        return Map.of(JOB, build.getParent().getFullName(), BUILD, String.valueOf(build.getNumber()));
    }

    /** Whether a text will be another one when a freestyle build has put its variables in. */
    static boolean hasVariables(String text) {
        return text != null && text.contains("$");
    }

    private static boolean isExpression(String password) {
        return password.matches("\\$\\{?\\w+}?");
    }
}
