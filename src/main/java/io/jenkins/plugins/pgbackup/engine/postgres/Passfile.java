package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is in the file that {@code PGPASSFILE} names (libpq, 34.16 The Password File): one password, with a line for each
 * server that a URL names, and for its databases and user alone. libpq ignores the file when its group or others may read
 * it, and does not look at it when {@code PGPASSWORD} is set to more than nothing.
 *
 * <p>Not serializable: it is made where the password is known, and its bytes are written where they are needed.
 */
public final class Passfile {

    private static final String ANY = "*";

    /** What libpq looks up where it connects to the default directory of Unix-domain sockets, or to no host at all. */
    private static final String DEFAULT_HOST = "localhost";

    private final List<PostgresUrl> urls;
    private final String password;

    private Passfile(List<PostgresUrl> urls, String password) {
        this.urls = List.copyOf(urls);
        this.password = password;
    }

    /**
     * The file for one password.
     *
     * @param url where the password is for
     * @param databases of the same server for which it is besides the URL's own
     * @throws InvalidInputException for a password that no password file can hold
     */
    public static Passfile of(PostgresUrl url, String password, String... databases) {
        if (password.isEmpty()) {
            throw new InvalidInputException(
                    "The database password is empty: fill it in, or use no password where the server wants none.");
        }
        if (password.indexOf('\n') >= 0 || password.indexOf('\0') >= 0) {
            throw new InvalidInputException("The database password contains a line break or a NUL character,"
                    + " which no password file can hold: enter it again without, or change it.");
        }
        if (password.endsWith("\r")) { // libpq takes it for part of the line's end, and nothing escapes it
            throw new InvalidInputException(
                    "The database password ends in a carriage return, which libpq would cut off:"
                            + " enter it again without.");
        }
        if (!UTF_8.newEncoder().canEncode(password)) {
            throw new InvalidInputException("The database password contains half of a character: enter it again.");
        }
        return new Passfile(
                Stream.concat(Stream.of(url), Stream.of(databases).map(url::withDatabase))
                        .toList(),
                password);
    }

    /** The file's bytes. */
    public byte[] toBytes() {
        return urls.stream()
                .flatMap(url -> servers(url)
                        .map(server -> server
                                + ':'
                                + field(url.databaseName())
                                + ':'
                                + field(url.user())
                                + ':'
                                + escaped(password)
                                + '\n'))
                .distinct()
                .collect(joining())
                .getBytes(UTF_8);
    }

    /** Host and port of each line. Where the URL has no port, it is the one that libpq was compiled with. */
    private static Stream<String> servers(PostgresUrl url) {
        List<PostgresUrl.Host> hosts = url.hosts();
        if (hosts.isEmpty()) {
            return Stream.of(DEFAULT_HOST + ':' + ANY);
        }
        return hosts.stream().flatMap(Passfile::names).distinct();
    }

    private static Stream<String> names(PostgresUrl.Host host) {
        String port = host.port().isPresent() ? String.valueOf(host.port().getAsInt()) : ANY;
        Stream<String> names = host.name().isEmpty()
                ? Stream.of(DEFAULT_HOST)
                // Only libpq knows its default directory, which it was compiled with.
                : host.isSocket() ? Stream.of(host.name(), DEFAULT_HOST) : Stream.of(host.name());
        return names.map(name -> field(Optional.of(name)) + ':' + port);
    }

    /** Nothing escapes a line break; a {@code *} alone stands for anything, and a {@code #} begins a comment. */
    private static String field(Optional<String> value) {
        if (value.isEmpty() || value.get().indexOf('\n') >= 0) {
            return ANY;
        }
        String escaped = escaped(value.get());
        return escaped.startsWith("*") || escaped.startsWith("#") ? '\\' + escaped : escaped;
    }

    /** How a password stands in the file: another form that must not show in a log. */
    public static String escaped(String password) {
        return password.replace("\\", "\\\\").replace(":", "\\:");
    }

    @Override
    public String toString() {
        return "Passfile[****]";
    }
}
