package io.jenkins.plugins.pgbackup.engine.postgres;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What it means when {@code pg_dump}, {@code psql} or {@code pg_restore} failed, and what to do next.
 *
 * <p>Their exit code is 1 for nearly everything, so their words tell; they must run with {@code LC_MESSAGES=C}.
 */
public final class ProgramFailure {

    private static final int LONGEST_QUOTE = 600;

    /** libpq and getopt say these beside the reason; the first names our own temporary file. */
    private static final Pattern NOISE =
            Pattern.compile("password retrieved from file .*|(\\S+: )?hint: Try .* for more information\\.");

    /** How each of the programs begins the line that says why it stops; psql passes on the server's as they are. */
    private static final Pattern REASON = Pattern.compile("^\\S+: (error|fatal):|^(psql:.*)?(ERROR|FATAL):");

    /** What psql says of a command that it does not run under {@code \\restrict}. */
    private static final Pattern RESTRICTION =
            Pattern.compile("backslash commands are restricted|\\\\unrestrict: (?:wrong key|not currently)");

    /** What the server says where it has no room for another lock ("Lock Management", max_locks_per_transaction). */
    private static final Pattern OUT_OF_LOCKS = Pattern.compile("out of shared memory|max_locks_per_transaction");

    private static final Pattern IN_TRANSACTION =
            Pattern.compile("([A-Z][A-Z ]+) cannot (?:run|be executed) (?:inside|from) a transaction block");

    /** After 128, a shell's and Java's way to say that a signal ended a program. */
    private static final Map<Integer, String> SIGNALS = Map.of(
            128 + 1, "was hung up (SIGHUP) on ${machine}: look for who ended its session, and run it again",
            128 + 2, "was interrupted (SIGINT) on ${machine}: run it again",
            128 + 6, "crashed (SIGABRT): install the newest minor release of the PostgreSQL client on ${machine}",
            128 + 9,
                    "was killed (SIGKILL) on ${machine}, as the system does when memory runs out:"
                            + " look for \"out of memory\" in its kernel log or for the container's memory limit",
            128 + 11, "crashed (SIGSEGV): install the newest minor release of the PostgreSQL client on ${machine}",
            128 + 13,
                    "was stopped because nobody read its output any more (SIGPIPE):"
                            + " look for what failed before it and run it again",
            128 + 15, "was terminated (SIGTERM) on ${machine}: look for who stopped it, and run it again");

    private record Cause(Pattern words, String sentence) {

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

    /** The first that fits: what is said of the connection comes before what the server says over it. */
    private static final List<Cause> CAUSES = List.of(
            cause(
                    "server version: ([^;\\s]+).*; pg_dump version: (\\S+)",
                    "cannot dump PostgreSQL $1 because it is of version $2:"
                            + " install the PostgreSQL client of the server's version or newer on ${machine}"),
            cause(
                    "server version mismatch",
                    "cannot dump a server of that version:"
                            + " install the PostgreSQL client of the server's version or newer on ${machine}"),
            // reaching the server
            cause(
                    "could not translate host name \"(.*?)\"",
                    "found no address for the host $1: check the host in the URL, and name resolution on ${machine}"),
            cause(
                    "could not (?:parse|translate) .*network address|could not look up local user",
                    "could not use the host or user of the URL: check them"),
            cause(
                    "on socket \"(.*?)\" failed: No such file or directory",
                    "found no server behind the socket $1 on ${machine}:"
                            + " name the server's host in the URL, or start the server"),
            cause(
                    "failed: Connection refused",
                    "found no server on ${host}, the connection was refused: check host and port in the URL,"
                            + " that the server runs and that its listen_addresses lets ${machine} in"),
            cause(
                    "failed: (No route to host|Network is unreachable|Host is unreachable)",
                    "could not reach ${host} from ${machine}: check host, network and firewall"),
            cause(
                    "timeout expired|failed: Connection timed out",
                    "got no answer from ${host} in time: check host, port and firewall,"
                            + " or give connect_timeout in the URL more seconds"),
            cause(
                    "received invalid response to (?:SSL|GSSAPI) negotiation"
                            + "|expected authentication request from server",
                    "reached something on ${host} that is not PostgreSQL: check the port in the URL"),
            cause(
                    "server does not support SSL, but SSL was required",
                    "cannot use TLS because the server has none:"
                            + " turn TLS on there, or write sslmode=prefer in the URL"),
            cause(
                    "root certificate file \"(.*?)\" does not exist",
                    "cannot check the server's certificate without the file $1 on ${machine}:"
                            + " put it there, or name the right one with sslrootcert in the URL"),
            cause(
                    "certificate verify failed|server certificate for \".*\" (?:\\(.*\\) )?does not match host name",
                    "does not trust the server's certificate: name its authority with sslrootcert"
                            + " and the host as the certificate does"),
            cause(
                    "SSL error|sslv3 alert|tlsv1 alert",
                    "could not agree on TLS with ${host}: check the URL's ssl parameters"),
            cause(
                    "session is (?:not )?read-only|server is (?:not )?in hot standby mode",
                    "found no server of the kind that target_session_attrs in the URL asks for: check its hosts"),
            // being let in
            cause(
                    "(?s)password file \"([^\"\n]*)\" has group or world access.*no password supplied",
                    "has no password for ${host}, because libpq ignores $1, which not only its owner may read:"
                            + " take that right from the others (chmod 600)"),
            cause(
                    "(?s)password file \"([^\"\n]*)\" is not a plain file.*no password supplied",
                    "has no password for ${host}, because libpq ignores $1, which is not a plain file:"
                            + " name another password file"),
            cause(
                    "private key file \"([^\"\n]*)\" has group or world access",
                    "did not use the private key $1 on ${machine}, which not only its owner may read:"
                            + " take that right from the others (chmod 600)"),
            cause(
                    "no password supplied",
                    "has no password for ${host}, which asks for one:"
                            + " choose a credential with the user name and password"),
            cause(
                    "password authentication failed for user \"(.*?)\"",
                    "was refused because user name or password are wrong for $1: check the credential"),
            cause(
                    "authentication failed for user \"(.*?)\"",
                    "was refused for the user $1 by the server's way to authenticate: check pg_hba.conf there"),
            cause(
                    "pg_hba\\.conf rejects connection|no pg_hba\\.conf entry",
                    "was refused by the server's pg_hba.conf: add a line for this user, database and the address of"
                            + " ${machine}, or change sslmode where it says \"no encryption\" or \"SSL encryption\""),
            cause(
                    "role \"(.*?)\" is not permitted to log in",
                    "was refused because $1 may not log in: use another user, or ALTER ROLE … LOGIN"),
            cause(
                    "(?:FATAL|ERROR):  role \"(.*?)\" does not exist",
                    "was refused because the role $1 does not exist: check the user in URL and credential, or --role"),
            cause(
                    "FATAL:  database \"(.*?)\" does not exist",
                    "was refused because there is no database $1 on ${host}: check the database in the URL"),
            cause(
                    "FATAL:  permission denied for database \"(.*?)\"",
                    "was refused because the user may not connect to the database $1: GRANT CONNECT ON DATABASE to it"),
            cause(
                    "database \"(.*?)\" is not currently accepting connections",
                    "was refused because the database $1 takes no connections: dump another, or ALTER DATABASE …"
                            + " ALLOW_CONNECTIONS true"),
            cause(
                    "too many clients|too many connections|remaining connection slots",
                    "was refused because the server has no connection left: run the backup when fewer are connected,"
                            + " or raise max_connections or the limit of the role or database"),
            cause(
                    "the database system is (starting up|shutting down|in recovery mode|not yet accepting connections)",
                    "was refused because the server is $1: run the backup again when it is up"),
            // dumping
            cause(
                    "(?s)canceling statement due to (?:statement|lock) timeout.*LOCK TABLE",
                    "waited too long for a lock on a table that another session holds: run the backup at another time,"
                            + " or set a longer lock wait timeout"),
            cause(
                    "canceling statement due to conflict with recovery"
                            + "|terminating connection due to conflict with recovery",
                    "was stopped by the standby server, which had to go on with recovery: dump from the primary,"
                            + " or raise max_standby_streaming_delay"),
            cause(
                    "canceling statement due to (user request|statement timeout|lock timeout)",
                    "was stopped by the server ($1): look into the server's log and run the backup again"),
            cause(
                    "permission denied for (.+)",
                    "may not read $1: GRANT the user the right to it (the role pg_read_all_data has it for all tables),"
                            + " or leave it out of the dump"),
            cause(
                    "affected by row-level security policy for table \"(.*?)\"",
                    "would dump only a part of the table $1, which has row-level security: use the owner or a role with"
                            + " BYPASSRLS, or accept the part with --enable-row-security"),
            cause(
                    "terminating connection due to administrator command",
                    "lost its connection because somebody ended its session or shut the server down:"
                            + " run the backup again"),
            cause(
                    "server closed the connection unexpectedly|connection to server was lost|Connection reset by peer"
                            + "|SSL connection has been closed unexpectedly|no connection to the server",
                    "lost its connection to ${host}: look into the server's log for a crash or restart,"
                            + " and for what cuts long connections on the way"),
            cause(
                    "no matching (tables|schemas|extensions|foreign servers) were found for pattern \"(.*)\"",
                    "found none of the $1 that match \"$2\": correct the pattern, or write it with its schema,"
                            + " and check that the user may use that"),
            cause(
                    "no matching (tables|schemas|extensions|foreign servers) were found",
                    "found none of the $1 that were asked for: check names and patterns,"
                            + " and that the user may use their schema"),
            cause(
                    "improper (?:qualified|relation) name|cross-database references are not implemented",
                    "does not understand a pattern:"
                            + " write schema.table, and a dot that is part of a name in double quotes"),
            cause(
                    "cache lookup failed|could not open relation with OID|relation \".*\" does not exist",
                    "met a table or other object that was dropped while it ran: run the backup again"),
            cause(
                    "invalid page in block|missing chunk number|unexpected chunk number|could not read block"
                            + "|compressed \\S+ data is corrupt",
                    "met damaged data in the database:"
                            + " look into the server's log and restore the table from an older dump"),
            cause(
                    "invalid memory alloc request size|string buffer exceeds maximum|Cannot enlarge string buffer",
                    "met a row that is too big for the server to send as text (1 GB): leave its table out of the dump"),
            cause("out of memory", "ran out of memory: give ${machine} or the server more"),
            // writing
            cause(
                    "No space left on device|Disk quota exceeded",
                    "found no room for the dump on ${machine}: free space where it is written"),
            cause(
                    "could not write to output file: Broken pipe",
                    "was stopped because nobody read its output any more: look for what failed before it"),
            // being asked
            cause(
                    "does not support compression with (\\S+)|invalid value \"(?:zstd|lz4).*\" for option -Z",
                    "cannot compress that way in the build that ${machine} has: write compression gzip or none,"
                            + " or install another build"),
            cause(
                    "(?:un(?:recognized|known)|invalid|illegal) (?:option|section name)|requires an argument|doesn't allow an"
                            + " argument|is ambiguous",
                    "does not know an option, or not so: check the extra options against the version on ${machine}"),
            cause("cannot be used together", "cannot combine two of the options: leave one of them out"),
            cause(
                    "invalid URI query parameter: \"(.*?)\"|invalid connection option \"(.*?)\"",
                    "is too old for one of the URL's parameters:"
                            + " leave it out, or install a newer client on ${machine}"),
            cause("invalid (\\S+) value: \"", "does not know the value of $1 in the URL: correct it"),
            // one transaction
            cause(
                    OUT_OF_LOCKS.pattern(),
                    "needs more locks in one transaction than the server has room for:"
                            + " raise max_locks_per_transaction there and restart it"),
            cause(
                    IN_TRANSACTION.pattern(),
                    "cannot restore the whole dump in one transaction, because $1 stands in it"),
            // a plain dump
            cause(
                    RESTRICTION.pattern(),
                    "stopped at one of psql's own commands in the dump, which pg_dump writes there with --create only,"
                            + " and which could run programs on ${machine}: find out who made the dump"),
            // an archive
            cause(
                    "unsupported version \\(.*\\) in file header",
                    "is too old for the dump:"
                            + " install the PostgreSQL client that made it, or a newer one, on ${machine}"),
            cause(
                    "could not read from input file|could not uncompress data|could not decompress data"
                            + "|input file does not appear to be a valid|unexpected end of file|corrupt tar header",
                    "found the dump damaged or cut off: do not rely on it, and run the backup again"));

    private static Cause cause(String words, String sentence) {
        return new Cause(Pattern.compile(words), sentence);
    }

    private ProgramFailure() {}

    /**
     * Explains a failure in one sentence that says what to do next, and quotes the program's last words behind it.
     *
     * @param program as people know it: {@code pg_dump}
     * @param exitCode not 0
     * @param lastLines what it wrote to stderr last, without control characters
     * @param url where it was to connect to
     * @param machine where it ran, as people call it
     */
    public static String explain(
            String program, int exitCode, List<String> lastLines, PostgresUrl url, String machine) {
        List<String> said = lastLines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !NOISE.matcher(line).matches())
                .toList();
        String sentence = Optional.ofNullable(SIGNALS.get(exitCode))
                .or(() -> byWords(String.join("\n", said)))
                .orElse("failed with exit code " + exitCode
                        + (said.isEmpty() ? " and said nothing: run it by hand on ${machine}" : ": see what it said"))
                .replace("${host}", url.displayHost())
                .replace("${machine}", machine);
        return program + " " + sentence + "." + (said.isEmpty() ? "" : " Its last words: " + lastWords(said));
    }

    /** Whether {@code psql} stopped at a command that it does not run under {@code \\restrict}. */
    public static boolean isRestriction(List<String> lastLines) {
        return lastLines.stream().anyMatch(line -> RESTRICTION.matcher(line).find());
    }

    /** Whether it would not have failed so in several transactions. */
    public static boolean isOfOneTransaction(List<String> lastLines) {
        return lastLines.stream()
                .anyMatch(line -> OUT_OF_LOCKS.matcher(line).find()
                        || IN_TRANSACTION.matcher(line).find());
    }

    private static Optional<String> byWords(String said) {
        return CAUSES.stream().flatMap(cause -> cause.explain(said).stream()).findFirst();
    }

    /** From the last reason it gave, or its last three lines. */
    private static String lastWords(List<String> said) {
        int from = Math.max(0, said.size() - 3);
        for (int i = said.size() - 1; i >= 0; i--) {
            if (REASON.matcher(said.get(i)).find()) {
                from = i;
                break;
            }
        }
        String words = String.join(" ", said.subList(from, said.size()));
        return words.length() <= LONGEST_QUOTE ? words : words.substring(0, LONGEST_QUOTE) + "…";
    }
}
