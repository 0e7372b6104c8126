package io.jenkins.plugins.pgbackup.driver;

import hudson.Util;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.pgbackup.Messages;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the {@code driver} argument may say. */
public enum DriverName {
    LOCAL,
    S3;

    /** Another text is not repeated: it may be a URL with a password that went astray. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,40}");

    /** @throws InvalidInputException if it is missing, or there is none of that name */
    public static DriverName parse(String name) {
        if (Util.fixEmptyAndTrim(name) == null) {
            throw new InvalidInputException(Messages.DriverName_missing());
        }
        if (!FORM.matcher(name).matches()) {
            throw new InvalidInputException(Messages.DriverName_isNone());
        }
        return Arrays.stream(values())
                .filter(driver -> driver.id().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(Messages.DriverName_unknown(
                        name, Arrays.stream(values()).map(DriverName::id).collect(Collectors.joining(", ")))));
    }

    /**
     * What a form offers.
     *
     * @param none the text of the choice of none
     */
    public static ListBoxModel items(String none) {
        ListBoxModel items = new ListBoxModel();
        items.add(none, "");
        for (DriverName driver : values()) {
            items.add(driver.displayName(), driver.id());
        }
        return items;
    }

    /** As people write it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the form says. */
    public String displayName() {
        return switch (this) {
            case LOCAL -> Messages.LocalDriver_displayName();
            case S3 -> Messages.S3Driver_displayName();
        };
    }
}
