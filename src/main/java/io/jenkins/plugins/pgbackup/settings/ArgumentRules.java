package io.jenkins.plugins.pgbackup.settings;

import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.driver.BackupDriver;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFileName;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.UrlTemplate;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the three mandatory arguments and the file name may be; asked by the form while one types and again by the run. */
public final class ArgumentRules {

    private static final String JOB = "job";
    private static final String BUILD = "build";
    private static final List<String> OF_FILE_NAME = List.of(DumpFileName.DATABASE, DumpFileName.TIMESTAMP, JOB, BUILD);

    /** Another text is not repeated: it may be a URL with a password that went astray. */
    private static final Pattern DRIVER = Pattern.compile("[A-Za-z0-9_-]{1,40}");

    private ArgumentRules() {}

    public static PostgresUrl url(String url) {
        requireUrl(url);
        return PostgresUrl.parse(url);
    }

    public static void requireUrl(String url) {
        if (Util.fixEmptyAndTrim(url) == null) {
            throw new InvalidInputException(Messages.Rules_urlMissing());
        }
    }

    /**
     * A password that is written down in a configuration stays there, for all who may read it; one that comes by a
     * variable is not written down. What else stands in the place of variables is judged when the build has put their values
     * in.
     */
    public static void urlWithoutPassword(String url) {
        requireUrl(url);
        if (UrlTemplate.hasPassword(Util.replaceMacro(url, (String name) -> UrlTemplate.PLACE))) {
            throw new InvalidInputException(Messages.Rules_urlWithPassword());
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

    public static void destination(String driver, String destination) {
        if (Util.fixEmptyAndTrim(driver) == null) {
            throw new InvalidInputException(Messages.Rules_driverMissing());
        }
        if (!DRIVER.matcher(driver).matches()) {
            throw new InvalidInputException(Messages.Rules_driverIsNone());
        }
        BackupDriver known = BackupDriver.named(driver);
        if (Util.fixEmptyAndTrim(destination) == null) {
            throw new InvalidInputException(Messages.Rules_destinationMissing());
        }
        known.checkDestination(destination);
    }

    public static void fileName(String template) {
        DumpFileName.checkTemplate(template, OF_FILE_NAME);
    }

    /** Whether the template of the file name has a variable of that name. */
    public static boolean isOfFileName(String name) {
        return OF_FILE_NAME.contains(name);
    }

    /** What a file name may use besides database and timestamp. */
    public static Map<String, String> variables(Run<?, ?> build) {
        return Map.of(JOB, build.getParent().getFullName(), BUILD, String.valueOf(build.getNumber()));
    }

    /** Whether a text will be another one when a freestyle build has put its variables in. */
    public static boolean hasVariables(String text) {
        return text != null && text.contains("$");
    }
}
