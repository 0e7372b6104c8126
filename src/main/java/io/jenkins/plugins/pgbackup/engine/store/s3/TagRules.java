package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What S3 takes as tags: "Categorizing your objects using tags" of the Amazon S3 User Guide. */
final class TagRules {

    private static final int MAX_TAGS = 10;
    private static final int MAX_KEY_CHARACTERS = 128;
    private static final int MAX_VALUE_CHARACTERS = 256;
    private static final Pattern CHARACTERS = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    private TagRules() {}

    static void check(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw new InvalidInputException(
                    "There are " + tags.size() + " S3 tags: S3 takes " + MAX_TAGS + " an object, remove some.");
        }
        tags.forEach(TagRules::check);
    }

    private static void check(String key, String value) {
        if (key == null || key.isEmpty() || value == null) {
            throw new InvalidInputException("An S3 tag has no name or no value: write both.");
        }
        if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
            throw new InvalidInputException("An S3 tag begins with aws:, which AWS keeps for itself: rename it.");
        }
        if (key.length() > MAX_KEY_CHARACTERS || value.length() > MAX_VALUE_CHARACTERS) {
            throw new InvalidInputException("An S3 tag is too long: names have at most " + MAX_KEY_CHARACTERS
                    + " characters, values " + MAX_VALUE_CHARACTERS + ".");
        }
        if (!CHARACTERS.matcher(key).matches() || !CHARACTERS.matcher(value).matches()) {
            throw new InvalidInputException("An S3 tag has a character that S3 does not take:"
                    + " letters, digits, spaces and + - = . _ : / @ are left.");
        }
    }
}
