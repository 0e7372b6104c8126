package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The names that libpq takes in the query of a connection URI (libpq, 34.1.2 Parameter Key Words; versions 10 to 19). */
final class ConnectionParameter {

    static final String HOST = "host";
    static final String HOST_ADDRESS = "hostaddr";
    static final String PORT = "port";
    static final String DATABASE = "dbname";
    static final String APPLICATION_NAME = "application_name";
    static final String USER = "user";
    static final String PASSWORD = "password";

    /** Those that say together which servers to try (libpq, 34.1.1.3 Specifying Multiple Hosts). */
    static final Set<String> HOSTS = Set.of(HOST, HOST_ADDRESS, PORT);

    private static final Set<String> KNOWN = Set.of(
            HOST,
            HOST_ADDRESS,
            PORT,
            DATABASE,
            USER,
            PASSWORD,
            APPLICATION_NAME,
            "channel_binding",
            "client_encoding",
            "connect_timeout",
            "fallback_application_name",
            "gssdelegation",
            "gssencmode",
            "gsslib",
            "keepalives",
            "keepalives_count",
            "keepalives_idle",
            "keepalives_interval",
            "krbsrvname",
            "load_balance_hosts",
            "max_protocol_version",
            "min_protocol_version",
            "oauth_ca_file",
            "oauth_client_id",
            "oauth_issuer",
            "oauth_scope",
            "options",
            "replication",
            "require_auth",
            "requirepeer",
            "ssl_max_protocol_version",
            "ssl_min_protocol_version",
            "sslcert",
            "sslcertmode",
            "sslcompression",
            "sslcrl",
            "sslcrldir",
            "sslkey",
            "sslmode",
            "sslnegotiation",
            "sslrootcert",
            "sslsni",
            "target_session_attrs",
            "tcp_user_timeout");

    private static final String OUTSIDE_SECRET = "reaches for a secret that is kept elsewhere: leave it out,"
            + " and give the user name and the password themselves";
    private static final String CARRIES_SECRET =
            "carries a secret that every user of the machine could read among pg_dump's arguments: leave it out";

    private static final Map<String, String> REFUSED = Map.of(
            "passfile", OUTSIDE_SECRET,
            "service", OUTSIDE_SECRET,
            "servicefile", OUTSIDE_SECRET,
            "sslpassword", CARRIES_SECRET + " and use a key file without a passphrase",
            "scram_client_key", CARRIES_SECRET,
            "scram_server_key", CARRIES_SECRET,
            "oauth_client_secret", CARRIES_SECRET,
            "sslkeylogfile", "writes the keys of the encrypted connection to a file: leave it out");

    /** libpq, 34.1.2 Parameter Key Words: the same in every version since 9.1. */
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    /** libpq reads a number by strtol: white space around it and a sign are no error. */
    private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?0*[0-9]{1,9}\\s*");

    private ConnectionParameter() {}

    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    /** Whether libpq takes the name in a URL for that of another parameter (libpq, 34.1.1.2 Connection URIs). */
    static boolean isAlias(String name) {
        return name.equals("ssl") || name.equals("requiressl");
    }

    /** @throws InvalidInputException for a value that every libpq would refuse, of the parameters that people write most */
    static void checkValue(String name, String value) {
        if (name.equals("sslmode") && !value.isEmpty() && !SSL_MODES.contains(value)) {
            throw new InvalidInputException("The URL's sslmode is none that libpq knows:"
                    + " write disable, allow, prefer, require, verify-ca or verify-full.");
        }
        if (name.equals("connect_timeout")
                && !value.isEmpty()
                && !INTEGER.matcher(value).matches()) {
            throw new InvalidInputException(
                    "The URL's connect_timeout is not a number of seconds: write connect_timeout=30.");
        }
    }

    /** @throws InvalidInputException for a parameter that libpq takes and that a backup must not use */
    static void refuseSecrets(String name) {
        String reason = REFUSED.get(name);
        if (reason != null) {
            throw new InvalidInputException("The URL's parameter " + name + " " + reason + ".");
        }
    }
}
