package io.jenkins.plugins.pgbackup.cli.console;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What is said, as people read it. */
public final class HumanReadable {

    private static final int UNIT = 1024;
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    private HumanReadable() {}

    /** {@code 512 B}, {@code 1.5 KiB}, {@code 34 MiB}: three digits at most, but for 1000 to 1023. */
    static String bytes(long bytes) {
        if (bytes < UNIT) {
            return bytes + " B";
        }
        double scaled = (double) bytes / UNIT;
        int unit = 0;
        while (scaled >= UNIT && unit < UNITS.size() - 1) {
            scaled /= UNIT;
            unit++;
        }
        return String.format(Locale.ROOT, scaled < 10 ? "%.1f %s" : "%.0f %s", scaled, UNITS.get(unit));
    }

    /** {@code 0.4 s}, {@code 12 s}, {@code 3 min 20 s}, {@code 2 h 5 min}, {@code 3 d 4 h}. */
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (duration.toHours() == 0) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        if (duration.toDays() == 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        return duration.toDays() + " d " + duration.toHoursPart() + " h";
    }

    /** {@code 5 s}, {@code 3 min}, {@code 2 h}, {@code 40 d}: in one unit, rounded down. */
    static String age(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + " d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
    }

    /** {@code 34 MiB, stored as 12 MiB, 5.1 MiB/s, 6.7 s}. */
    public static String dumped(long rawBytes, long storedBytes, Duration elapsed) {
        String stored = storedBytes == rawBytes ? "" : ", stored as " + bytes(storedBytes);
        return bytes(rawBytes) + stored + pace(rawBytes, elapsed);
    }

    /** {@code 12 MiB read, 34 MiB restored, 5.1 MiB/s, 6.7 s}. */
    public static String restored(long rawBytes, long storedBytes, Duration elapsed) {
        return read(rawBytes, storedBytes, "restored", elapsed);
    }

    /** {@code 12 MiB read, 34 MiB checked, 5.1 MiB/s, 6.7 s}. */
    public static String checked(long rawBytes, long storedBytes, Duration elapsed) {
        return read(rawBytes, storedBytes, "checked", elapsed);
    }

    private static String read(long rawBytes, long storedBytes, String done, Duration elapsed) {
        String read = storedBytes == rawBytes ? "" : bytes(storedBytes) + " read, ";
        return read + bytes(rawBytes) + ' ' + done + pace(rawBytes, elapsed);
    }

    private static String pace(long bytes, Duration elapsed) {
        long rate = Math.round(bytes * 1000.0 / Math.max(1, elapsed.toMillis()));
        return ", " + bytes(rate) + "/s, " + duration(elapsed);
    }
}
