package io.jenkins.plugins.pgbackup.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Why a dump is not surely one of those that are judged, and is left alone. */
public enum ForeignReason {
    NO_MANIFEST("without a manifest"),
    UNREADABLE_MANIFEST("with a manifest that cannot be read"),
    NO_DUMP("a manifest without its dump"),
    OTHER_PROGRAM("made by another program"),
    OTHER_PLACE("with a manifest that names another place"),
    OTHER_SIZE("of another size than its manifest says"),
    NO_TIME("with a manifest that tells no valid times"),
    OTHER_JOB("made by another job"),
    OTHER_SERVER("of another server"),
    OTHER_DATABASE("of another database"),
    OTHER_SELECTION("of another or an unknown selection of the database");

    private final String words;

    ForeignReason(String words) {
        this.words = words;
    }

    /** For programs: {@code otherDatabase}. */
    public String id() {
        String camel = Arrays.stream(name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
        return camel.substring(0, 1).toLowerCase(Locale.ROOT) + camel.substring(1);
    }

    /** For behind a number. */
    public String words() {
        return words;
    }
}
