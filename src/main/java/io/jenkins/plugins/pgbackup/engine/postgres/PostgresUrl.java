package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A connection URI of PostgreSQL as libpq reads it (libpq, 34.1.1.2 Connection URIs):
 * {@code postgres://[user[:password]@][host[:port],…][/database][?name=value&…]}.
 *
 * <p>It holds what libpq would hold after reading it: decoded values by libpq's names, whether they stood in the URI's
 * path or in its query. The password is never part of {@link #toConnectionString}, {@link #display} or
 * {@link #toString}, and a URL cannot be serialized: the password goes where a {@link Passfile} goes, and no other
 * way.
 */
public final class PostgresUrl {

    private static final String SCHEME = "postgresql://";

    /** libpq reads a port by strtol: white space around it, a plus sign and leading zeros are no error. */
    private static final Pattern PORT = Pattern.compile("\\s*[+]?0*([0-9]{1,5})\\s*");

    /** In bytes: the server cuts longer ones (PostgreSQL, 4.1.1 Identifiers), and could find another database by them. */
    private static final int LONGEST_NAME = 63;

    private static final List<String> SERVER_AND_DATABASE = List.of(
            ConnectionParameter.HOST,
            ConnectionParameter.HOST_ADDRESS,
            ConnectionParameter.PORT,
            ConnectionParameter.DATABASE,
            ConnectionParameter.USER);

    private final LinkedHashMap<String, String> settings;
    private final String password;

    private PostgresUrl(Map<String, String> settings, String password) {
        this.settings = new LinkedHashMap<>(settings);
        this.password = password;
        checkDatabase();
        checkHosts();
        writePortsAlike();
    }

    /**
     * Reads a URL.
     *
     * @throws InvalidInputException if libpq would refuse it, where it reaches for secrets ({@code passfile},
     *     {@code service}, {@code sslpassword}, …), or where an unencoded {@code @} makes it ambiguous what is secret;
     *     the sentence repeats nothing that could be a password
     */
    public static PostgresUrl parse(String url) {
        return of(UrlParser.parse(url));
    }

    static PostgresUrl of(Map<String, String> parameters) {
        Map<String, String> settings = new LinkedHashMap<>(parameters);
        String password = settings.remove(ConnectionParameter.PASSWORD);
        return new PostgresUrl(settings, "".equals(password) ? null : password);
    }

    /** The user name that the URL gives. Without one, libpq takes that of the operating system. */
    public Optional<String> user() {
        return given(ConnectionParameter.USER);
    }

    /** The password, decoded. Without one, libpq takes what it finds on the machine. */
    public Optional<String> password() {
        return Optional.ofNullable(password);
    }

    /** The database that the URL gives. */
    public Optional<String> database() {
        return given(ConnectionParameter.DATABASE);
    }

    /** The database that libpq connects to as far as the URL decides it: the one it gives, else that of the user's name. */
    public Optional<String> databaseName() {
        return database().or(this::user);
    }

    /**
     * The servers to try, in order; empty if the URL names neither a host nor a port.
     *
     * <p>As in libpq (34.1.1.3 Specifying Multiple Hosts), one port serves all hosts.
     */
    public List<Host> hosts() {
        List<String> names = list(ConnectionParameter.HOST);
        List<String> addresses = list(ConnectionParameter.HOST_ADDRESS);
        List<String> ports = list(ConnectionParameter.PORT);
        if (names.isEmpty() && addresses.isEmpty() && ports.isEmpty()) {
            return List.of();
        }
        return IntStream.range(0, Math.max(1, Math.max(names.size(), addresses.size())))
                .mapToObj(i -> {
                    String name = at(names, i);
                    return new Host(
                            name.isEmpty() ? at(addresses, i) : name, port(at(ports, ports.size() == 1 ? 0 : i)));
                })
                .toList();
    }

    /**
     * The addresses to connect to without looking the hosts' names up, in order and with the hosts' ports; empty if the
     * URL gives none, or where they are the {@link #hosts()} themselves.
     */
    public List<Host> hostAddresses() {
        List<String> addresses = list(ConnectionParameter.HOST_ADDRESS);
        List<Host> hosts = hosts();
        return IntStream.range(0, addresses.size())
                .mapToObj(i -> new Host(addresses.get(i), hosts.get(i).port()))
                .filter(address -> !address.name().isEmpty() && !hosts.contains(address))
                .toList();
    }

    private void checkDatabase() {
        int bytes = database().orElse("").getBytes(UTF_8).length;
        if (bytes > LONGEST_NAME) {
            throw new InvalidInputException("The database's name in the URL has " + bytes
                    + " bytes, and PostgreSQL cuts names at " + LONGEST_NAME + ": write it as psql --list shows it.");
        }
    }

    private void checkHosts() {
        if (list(ConnectionParameter.HOST).stream().anyMatch(PostgresUrl::isNoHost)) {
            throw new InvalidInputException("A host in the URL has a space or a control character: remove it,"
                    + " and encode a : or / of a user name or password as %3A or %2F.");
        }
        int names = list(ConnectionParameter.HOST).size();
        int addresses = list(ConnectionParameter.HOST_ADDRESS).size();
        if (names > 0 && addresses > 0 && names != addresses) {
            throw new InvalidInputException(
                    "The URL names " + names + (names == 1 ? " host" : " hosts") + " and in hostaddr " + addresses
                            + (addresses == 1 ? " address" : " addresses") + ": give one address for each host.");
        }
        int hosts = Math.max(1, Math.max(names, addresses));
        int ports = list(ConnectionParameter.PORT).size();
        if (ports > 1 && ports != hosts) {
            throw new InvalidInputException("The URL names " + ports + " ports for " + hosts
                    + (hosts == 1 ? " host" : " hosts") + ": give one port, or one for each host.");
        }
        hosts(); // reads every port
    }

    /** A password file names a port as the connection string does: {@code 5432}, not {@code +05432}. */
    private void writePortsAlike() {
        settings.computeIfPresent(
                ConnectionParameter.PORT,
                (name, ports) ->
                        list(name).stream().map(port -> text(port(port))).collect(joining(",")));
    }

    private static boolean isNoHost(String name) {
        return !new Host(name, OptionalInt.empty()).isSocket()
                && name.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
    }

    private static String at(List<String> list, int index) {
        return list.isEmpty() ? "" : list.get(index);
    }

    /** This URL for that user. */
    public PostgresUrl withUser(String user) {
        return with(ConnectionParameter.USER, requireText(user, "user name"));
    }

    /** This URL for another database of the same servers. */
    public PostgresUrl withDatabase(String database) {
        return with(ConnectionParameter.DATABASE, requireText(database, "database name"));
    }

    /** This URL with a password in place of its own. */
    public PostgresUrl withPassword(String password) {
        return new PostgresUrl(settings, password);
    }

    /** This URL with a parameter of libpq, unless it has that parameter already. */
    public PostgresUrl withDefaultParameter(String name, String value) {
        if (!ConnectionParameter.isKnown(name) || name.equals(ConnectionParameter.PASSWORD)) {
            throw new IllegalArgumentException("not a parameter to set: " + name);
        }
        return settings.containsKey(name) ? this : with(name, requireText(value, name));
    }

    /**
     * A URI of pure ASCII that every libpq reads as this URL, without the password: for {@code --dbname} of
     * {@code pg_dump}, {@code pg_restore} and {@code psql}.
     *
     * <p>What this URL leaves out of server, database and user is an empty value there, which stands for libpq's own
     * default (libpq, 34.1.2 Parameter Key Words) and goes before the environment: a program in front of libpq may set
     * variables too, as Debian's {@code pg_wrapper} does by {@code ~/.postgresqlrc}.
     */
    public String toConnectionString() {
        Map<String, String> complete = new LinkedHashMap<>(settings);
        for (String name : SERVER_AND_DATABASE) {
            complete.putIfAbsent(name, "");
        }
        return new PostgresUrl(complete, null).toUri();
    }

    /** The same without what this URL leaves out. */
    String toUri() {
        Map<String, String> query = new LinkedHashMap<>(settings);
        StringBuilder uri = new StringBuilder(SCHEME);
        user().ifPresent(user -> {
            uri.append(PercentEncoding.encode(user)).append('@');
            query.remove(ConnectionParameter.USER);
        });
        if (hostsFitTheAuthority()) {
            uri.append(authority());
            query.remove(ConnectionParameter.HOST);
            given(ConnectionParameter.PORT).ifPresent(port -> query.remove(ConnectionParameter.PORT));
        }
        database().ifPresent(database -> {
            uri.append('/').append(PercentEncoding.encode(database));
            query.remove(ConnectionParameter.DATABASE);
        });
        if (!query.isEmpty()) {
            uri.append(query.entrySet().stream()
                    .map(e -> e.getKey() + '=' + PercentEncoding.encode(e.getValue()))
                    .collect(joining("&", "?", "")));
        }
        return uri.toString();
    }

    /**
     * Where the database is, for logs and people: scheme, hosts and database without user, password and parameters.
     * Characters that mean something to a URL, or nothing to a terminal, are percent-encoded.
     */
    public String display() {
        String servers = hosts().stream()
                .map(host -> hostAndPort(host.name(), text(host.port()), PercentEncoding::encodeReadably))
                .collect(joining(","));
        return SCHEME
                + servers
                + database().map(d -> '/' + PercentEncoding.encodeReadably(d)).orElse("");
    }

    /**
     * The servers for people: {@code db.example.com:5433}, {@code a,b:5433}, {@code local socket /run/postgresql}, and with
     * {@code hostaddr}, by which libpq connects whatever the host's name is, {@code db.example.com:5433 (10.0.0.1)}.
     */
    public String displayHost() {
        List<Host> hosts = hosts();
        return hosts.isEmpty()
                ? Host.DEFAULT
                : IntStream.range(0, hosts.size())
                        .mapToObj(i -> hosts.get(i).display(at(list(ConnectionParameter.HOST_ADDRESS), i)))
                        .collect(joining(","));
    }

    /** The same as {@link #display()}. */
    @Override
    public String toString() {
        return display();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PostgresUrl that
                && settings.equals(that.settings)
                && Objects.equals(password, that.password);
    }

    @Override
    public int hashCode() {
        return Objects.hash(settings, password);
    }

    private Optional<String> given(String name) {
        return Optional.ofNullable(settings.get(name)).filter(value -> !value.isEmpty());
    }

    private List<String> list(String name) {
        return given(name).map(value -> List.of(value.split(",", -1))).orElse(List.of());
    }

    private PostgresUrl with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(settings);
        changed.put(name, value);
        return new PostgresUrl(changed, password);
    }

    /**
     * Whether libpq, reading {@link #authority}, would end with the same {@code host} and {@code port}: a list of hosts
     * there always makes a list of ports, and an empty host there is one that is not given.
     */
    private boolean hostsFitTheAuthority() {
        String host = settings.get(ConnectionParameter.HOST);
        String port = settings.get(ConnectionParameter.PORT);
        return !"".equals(host) && commas(host) == commas(port);
    }

    private static long commas(String list) {
        return list == null ? 0 : list.chars().filter(c -> c == ',').count();
    }

    private String authority() {
        String[] names = settings.getOrDefault(ConnectionParameter.HOST, "").split(",", -1);
        String[] ports = settings.getOrDefault(ConnectionParameter.PORT, "").split(",", -1);
        return IntStream.range(0, names.length)
                .mapToObj(i -> hostAndPort(names[i], PercentEncoding.encode(ports[i]), PercentEncoding::encode))
                .collect(joining(","));
    }

    private static String hostAndPort(String host, String port, UnaryOperator<String> encoding) {
        String name = encoding.apply(host);
        String bracketed = host.indexOf(':') < 0 ? name : '[' + name.replace("%3A", ":") + ']';
        return port.isEmpty() ? bracketed : bracketed + ':' + port;
    }

    private static OptionalInt port(String text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        Matcher digits = PORT.matcher(text);
        int port = digits.matches() ? Integer.parseInt(digits.group(1)) : 0;
        if (port < 1 || port > 65535) {
            // what stands there may be a password whose user name or host was forgotten
            throw new InvalidInputException("A port in the URL is not a number from 1 to 65535: write host:5432,"
                    + " and encode a : or / of a user name or password as %3A or %2F.");
        }
        return OptionalInt.of(port);
    }

    private static String text(OptionalInt port) {
        return port.isPresent() ? String.valueOf(port.getAsInt()) : "";
    }

    private static String requireText(String text, String what) {
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw new InvalidInputException("The " + what + " is empty or contains a NUL character.");
        }
        return text;
    }

    /**
     * One server that libpq tries.
     *
     * @param name a host name, an address, or the directory of a Unix-domain socket; empty for libpq's default, which
     *     is a socket, or {@code localhost} where there are none
     * @param port the TCP port or the number in the socket's name; empty for libpq's default
     */
    public record Host(String name, OptionalInt port) {

        static final String DEFAULT = "default host";

        /** Whether libpq takes the name for a Unix-domain socket: its directory, or {@code @} and an abstract name. */
        public boolean isSocket() {
            return name.startsWith("/") || name.startsWith("@");
        }

        private String display(String address) {
            return address.isEmpty() || address.equals(name)
                    ? display()
                    : display() + " (" + PrintableLine.of(address) + ")";
        }

        private String display() {
            String shown = PrintableLine.of(name);
            if (isSocket()) {
                return "local socket " + shown + (port.isPresent() ? " port " + port.getAsInt() : "");
            }
            String host = name.isEmpty() ? DEFAULT : name.indexOf(':') < 0 ? shown : '[' + shown + ']';
            return host + (port.isPresent() ? ":" + port.getAsInt() : "");
        }
    }
}
