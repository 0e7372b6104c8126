package io.jenkins.plugins.pgbackup.driver;

import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a dump that a build has recorded: {@code jenkins:folder/job#12/shop.dump}.
 *
 * @param job its full name
 * @param build its number
 * @param fileName the dump's
 */
record RecordedDump(String job, int build, String fileName) {

    private static final String SCHEME = "jenkins:";

    /** No name of a job has a number sign ({@code Jenkins.checkGoodName}). */
    private static final Pattern FORM = Pattern.compile(SCHEME + "([^#]+)#(\\d{1,9})/([^/]+)");

    static boolean isUri(String text) {
        return text != null && text.startsWith(SCHEME);
    }

    /** @throws InvalidInputException if it is none */
    static RecordedDump parse(String uri) {
        Matcher form = FORM.matcher(uri);
        if (!form.matches()) {
            throw new InvalidInputException(Messages.RecordedDump_isNone());
        }
        return new RecordedDump(form.group(1), Integer.parseInt(form.group(2)), form.group(3));
    }

    @Override
    public String toString() {
        return SCHEME + job + '#' + build + '/' + fileName;
    }
}
