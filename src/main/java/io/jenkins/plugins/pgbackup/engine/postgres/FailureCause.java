package io.jenkins.plugins.pgbackup.engine.postgres;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reason for which a program may fail, known by its words.
 *
 * @param words a part of what the program or the server says in English
 * @param sentence what it means and what to do next, to be put behind the program's name; {@code $1} stands for the first
 *     group of the words, and a group that matched nothing is left out
 */
record FailureCause(Pattern words, String sentence) {

    static FailureCause cause(String words, String sentence) {
        return new FailureCause(Pattern.compile(words), sentence);
    }

    /** The sentence, where the words are these. */
    Optional<String> explain(String said) {
        Matcher found = words.matcher(said);
        if (!found.find()) {
            return Optional.empty();
        }
        String explained = sentence;
        for (int group = 1; group <= found.groupCount(); group++) {
            explained = explained.replace("$" + group, Objects.toString(found.group(group), ""));
        }
        return Optional.of(explained);
    }
}
