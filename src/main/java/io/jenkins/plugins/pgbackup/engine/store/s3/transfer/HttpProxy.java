package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An HTTP proxy, to which one speaks without TLS.
 *
 * @param host without brackets
 * @param port from 1 to 65535
 * @param user or {@code null} if the proxy requires none
 * @param password of the user, or {@code null}
 * @param direct regular expressions, for the names of hosts in lower case that are reached without the proxy
 */
public record HttpProxy(String host, int port, String user, String password, List<String> direct)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String HTTP = "http";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** "Networking Properties" of the JDK: the default of {@code http.nonProxyHosts}. */
    private static final String LOOPBACK = "localhost|127.*|[::1]";

    public HttpProxy {
        if (host.isBlank() || port < 1 || port > 65535) {
            throw new InvalidInputException("The HTTP proxy has no host or no port: write both.");
        }
        user = user == null || user.isEmpty() ? null : user;
        direct = List.copyOf(direct);
    }

    /**
     * The proxy of an environment: {@code HTTPS_PROXY} or {@code HTTP_PROXY}, and {@code NO_PROXY}; each in lower case first, as
     * AWS's tools read them. Which one counts is told by the scheme of the request, not by that of the proxy.
     *
     * @param environment variables by name
     * @param scheme of the requests through it: {@code https}
     * @throws InvalidInputException if the variable has no address of an HTTP proxy
     */
    public static Optional<HttpProxy> of(Map<String, String> environment, String scheme) {
        String name = scheme.toLowerCase(Locale.ROOT) + "_proxy";
        return variable(environment, name)
                .map(value -> parse(name.toUpperCase(Locale.ROOT), value, directHosts(environment)));
    }

    /**
     * The hosts that {@code NO_PROXY} excludes: those that it names and all below them, or {@code *} for all.
     *
     * @return regular expressions as {@link #direct} has them
     */
    public static List<String> directHosts(Map<String, String> environment) {
        return variable(environment, "no_proxy").stream()
                .flatMap(value -> Stream.of(value.split("[\\s,|]+")))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> entry.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", ""))
                .map(entry -> entry.equals("*") ? ".*" : "(.*\\.)?" + pattern(entry))
                .toList();
    }

    /**
     * The proxy of a JVM, from "Networking Properties" of the JDK: {@code https.proxyHost}, {@code https.proxyPort} and
     * {@code http.nonProxyHosts}; {@code https.proxyUser} and {@code https.proxyPassword} as the AWS SDK has them.
     *
     * @param properties gives a system property, or {@code null}
     * @param scheme of the requests through it: {@code https}
     */
    static Optional<HttpProxy> of(UnaryOperator<String> properties, String scheme) {
        String prefix = scheme.toLowerCase(Locale.ROOT) + ".proxy";
        String host = properties.apply(prefix + "Host");
        if (host == null || host.isBlank()) {
            return Optional.empty();
        }
        String excluded = properties.apply("http.nonProxyHosts");
        List<String> direct = Stream.of((excluded == null ? LOOPBACK : excluded).split("\\|"))
                .filter(entry -> !entry.isBlank())
                .map(HttpProxy::pattern)
                .toList();
        return Optional.of(new HttpProxy(
                host,
                port(properties.apply(prefix + "Port"), prefix.startsWith("https") ? HTTPS_PORT : HTTP_PORT),
                properties.apply(prefix + "User"),
                properties.apply(prefix + "Password"),
                direct));
    }

    /** The regular expression of a name in which {@code *} stands for any text. */
    public static String pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        for (char c : glob.toLowerCase(Locale.ROOT).toCharArray()) {
            regex.append(c == '*' ? ".*" : Character.isLetterOrDigit(c) ? String.valueOf(c) : "\\" + c);
        }
        return regex.toString();
    }

    /** This with further hosts that are reached without it. */
    public HttpProxy without(List<String> furtherDirect) {
        List<String> all = new ArrayList<>(direct);
        all.addAll(furtherDirect);
        return new HttpProxy(host, port, user, password, all);
    }

    /** Whether a host is reached through it. */
    boolean isFor(String target) {
        return direct.stream().noneMatch(target.toLowerCase(Locale.ROOT)::matches);
    }

    /** Host and port, for the middle of a sentence. */
    String address() {
        return host + ':' + port;
    }

    /** The header {@code Proxy-Authorization} (RFC 7617); empty if the proxy requires none. */
    Optional<String> authorization() {
        return Optional.ofNullable(user)
                .map(name -> (name + ':' + (password == null ? "" : password)).getBytes(StandardCharsets.UTF_8))
                .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return "HttpProxy[" + address() + "]";
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Stream.of(name, name.toUpperCase(Locale.ROOT))
                .map(environment::get)
                .filter(value -> value != null && !value.isBlank())
                .map(String::strip)
                .findFirst();
    }

    /** Most people write no scheme or the wrong one; only another protocol than HTTP makes a difference. */
    private static HttpProxy parse(String variable, String value, List<String> direct) {
        URI uri;
        try {
            uri = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException e) {
            // Without the cause, whose message repeats what may hold a password.
            throw noProxy(variable);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.startsWith(HTTP) || uri.getHost() == null) {
            throw noProxy(variable);
        }
        String[] account = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        return new HttpProxy(
                uri.getHost().replaceAll("[\\[\\]]", ""),
                uri.getPort() < 0 ? (scheme.equals("https") ? HTTPS_PORT : HTTP_PORT) : uri.getPort(),
                account.length > 0 ? decoded(account[0]) : null,
                account.length > 1 ? decoded(account[1]) : null,
                direct);
    }

    private static InvalidInputException noProxy(String variable) {
        return new InvalidInputException("The environment variable " + variable
                + " has no address of an HTTP proxy: write it as http://host:port, or http://user:password@host:port with"
                + " special characters percent-encoded.");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static int port(String text, int otherwise) {
        try {
            return text == null ? otherwise : Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
