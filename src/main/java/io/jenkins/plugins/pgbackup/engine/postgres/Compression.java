package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.filter.GzipFilter;
import io.jenkins.plugins.pgbackup.engine.filter.StreamFilter;
import io.jenkins.plugins.pgbackup.engine.filter.ZstdFilter;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import java.io.Serializable;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a dump is to be compressed.
 *
 * @param level 1–9 for gzip, 1–19 for zstd, 0 for the two methods that have none
 */
public record Compression(Method method, int level) implements Serializable {

    public static final Compression AUTO = new Compression(Method.AUTO, 0);
    public static final Compression NONE = new Compression(Method.NONE, 0);

    private static final Pattern FORM = Pattern.compile("([a-z]+)(?::([0-9]{1,3}))?");

    /** The ways to compress. */
    public enum Method {
        /** Whatever is fastest with this client and this file name. */
        AUTO(0, 0, level -> StreamFilter.NONE),
        NONE(0, 0, level -> StreamFilter.NONE),
        GZIP(9, 6, GzipFilter::new),
        ZSTD(19, 3, ZstdFilter::new);

        private final int highestLevel;
        private final int defaultLevel;
        private final IntFunction<StreamFilter> filter;

        Method(int highestLevel, int defaultLevel, IntFunction<StreamFilter> filter) {
            this.highestLevel = highestLevel;
            this.defaultLevel = defaultLevel;
            this.filter = filter;
        }

        /** What reads a file that is compressed as a whole, whatever its level. */
        public StreamFilter filter() {
            return filter.apply(defaultLevel);
        }

        /** How the name of a file ends that is compressed as a whole, dot included; else empty. */
        public String suffix() {
            return filter().suffix();
        }

        private boolean hasLevels() {
            return highestLevel > 0;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Compression {
        if (method.hasLevels() ? level < 1 || level > method.highestLevel : level != 0) {
            throw new InvalidInputException(
                    method.hasLevels()
                            ? "A level of " + method + " is a number from 1 to " + method.highestLevel + ", and not "
                                    + level + "."
                            : "The compression " + method + " has no level: write it without one.");
        }
    }

    /** What compresses a file as a whole. */
    public StreamFilter filter() {
        return method.filter.apply(level);
    }

    public static Compression gzip(int level) {
        return new Compression(Method.GZIP, level);
    }

    public static Compression zstd(int level) {
        return new Compression(Method.ZSTD, level);
    }

    /**
     * Reads {@code auto}, {@code none}, {@code gzip}, {@code gzip:N}, {@code zstd} or {@code zstd:N}. Without a level,
     * gzip takes 6 and zstd 3, as their own programs do.
     *
     * @throws InvalidInputException for anything else
     */
    public static Compression parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            for (Method method : Method.values()) {
                if (method.toString().equals(form.group(1))) {
                    String level = form.group(2);
                    return new Compression(method, level == null ? method.defaultLevel : Integer.parseInt(level));
                }
            }
        }
        throw new InvalidInputException("There is no compression " + Quoted.of(text)
                + ": write auto, none, gzip, gzip:1 to gzip:9, zstd, or zstd:1 to zstd:19.");
    }

    /** The form that {@link #parse} reads, with the level. */
    @Override
    public String toString() {
        return method.hasLevels() ? method + ":" + level : method.toString();
    }
}
