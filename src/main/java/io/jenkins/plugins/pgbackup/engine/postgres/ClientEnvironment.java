package io.jenkins.plugins.pgbackup.engine.postgres;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What PostgreSQL's client programs inherit of a machine's environment.
 *
 * <p>libpq takes from a variable what a connection string leaves out (libpq, 34.15 Environment Variables, and {@code getenv}
 * in its source where the page is silent; versions 10 to 19), and the programs read some more (their pages' section
 * Environment; versions 10 to 19). The URL alone says which server and which database is meant, so nothing of the
 * environment may say it.
 */
public final class ClientEnvironment {

    /** Who hands a variable on to the programs. */
    enum Inherited {
        /** No machine: it would decide what the URL decides, or change what is dumped. */
        NEVER,

        /** No machine: failures are told apart by the words of the programs, which must be the English ones, in plain text. */
        MESSAGES,

        /** A machine whose environment is that of the person who starts the run; an agent's environment is no request. */
        FROM_CALLER,

        /** Every machine: the programs do not read it, or it belongs to the machine or the account that they run on. */
        ALWAYS
    }

    /** @param reason for people: a clause without a full stop */
    record Rule(Inherited inherited, String reason, List<String> variables) {

        Rule(Inherited inherited, String reason, String... variables) {
            this(inherited, reason, List.of(variables));
        }
    }

    static final List<Rule> RULES = List.of(
            new Rule(
                    Inherited.NEVER,
                    "names a server, a database or a user: the URL does, or else libpq's own defaults hold",
                    "PGHOST",
                    "PGHOSTADDR",
                    "PGPORT",
                    "PGDATABASE",
                    "PGUSER"),
            new Rule(
                    Inherited.NEVER,
                    "names a service or its file, where all connection parameters may stand",
                    "PGSERVICE",
                    "PGSERVICEFILE",
                    "PGSYSCONFDIR"),
            new Rule(Inherited.NEVER, "names a cluster, of which Debian's pg_wrapper takes host and port", "PGCLUSTER"),
            new Rule(
                    Inherited.NEVER,
                    "chooses among several servers: target_session_attrs and load_balance_hosts in the URL do",
                    "PGTARGETSESSIONATTRS",
                    "PGLOADBALANCEHOSTS"),
            new Rule(
                    Inherited.NEVER,
                    "changes the session, and with it what is dumped or how: options in the URL does",
                    "PGOPTIONS",
                    "PGCLIENTENCODING",
                    "PGDATESTYLE",
                    "PGTZ",
                    "PGGEQO"),
            new Rule(
                    Inherited.NEVER,
                    "application_name and connect_timeout in the URL say it, which have defaults of their own",
                    "PGAPPNAME",
                    "PGCONNECT_TIMEOUT"),
            new Rule(Inherited.NEVER, "prints tokens and permits them without TLS", "PGOAUTHDEBUG"),
            new Rule(
                    Inherited.MESSAGES,
                    "changes the messages, by whose English text failures are told apart",
                    "LC_ALL",
                    "LANGUAGE",
                    "PGLOCALEDIR",
                    "PG_COLOR"),
            new Rule(
                    Inherited.FROM_CALLER,
                    "the password where the URL has none; if it is not inherited, that of the run or of ~/.pgpass",
                    "PGPASSWORD",
                    "PGPASSFILE"),
            new Rule(
                    Inherited.FROM_CALLER,
                    "protects the connection and leads nowhere else; if it is not inherited, the URL's parameters say it",
                    "PGSSLMODE",
                    "PGREQUIRESSL",
                    "PGSSLNEGOTIATION",
                    "PGSSLCOMPRESSION",
                    "PGSSLCERT",
                    "PGSSLKEY",
                    "PGSSLCERTMODE",
                    "PGSSLROOTCERT",
                    "PGSSLCRL",
                    "PGSSLCRLDIR",
                    "PGSSLSNI",
                    "PGSSLMINPROTOCOLVERSION",
                    "PGSSLMAXPROTOCOLVERSION",
                    "PGMINPROTOCOLVERSION",
                    "PGMAXPROTOCOLVERSION",
                    "PGREQUIREPEER",
                    "PGREQUIREAUTH",
                    "PGCHANNELBINDING",
                    "PGGSSENCMODE",
                    "PGKRBSRVNAME",
                    "PGGSSLIB",
                    "PGGSSDELEGATION",
                    "PGOAUTHCAFILE"),
            new Rule(
                    Inherited.ALWAYS,
                    "the account's own files, tickets and certificates, ~/.pgpass and ~/.postgresql included",
                    "HOME",
                    "KRB5CCNAME",
                    "KRB5_CONFIG",
                    "KRB5_CLIENT_KTNAME",
                    "SSL_CERT_FILE",
                    "SSL_CERT_DIR",
                    "OPENSSL_CONF"),
            new Rule(Inherited.ALWAYS, "where the programs are found: a container's or withEnv's works", "PATH"),
            new Rule(
                    Inherited.ALWAYS,
                    "no message depends on it, and names are written in ASCII",
                    "LANG",
                    "LC_CTYPE",
                    "LC_COLLATE",
                    "LC_MONETARY",
                    "LC_NUMERIC",
                    "LC_TIME"),
            new Rule(Inherited.ALWAYS, "psql is told to read no startup file", "PSQLRC"),
            new Rule(
                    Inherited.ALWAYS,
                    "psql reads it at a terminal only",
                    "PSQL_HISTORY",
                    "PSQL_EDITOR",
                    "PSQL_EDITOR_LINENUMBER_ARG",
                    "EDITOR",
                    "VISUAL",
                    "PSQL_PAGER",
                    "PAGER",
                    "PSQL_WATCH_PAGER",
                    "COLUMNS"),
            new Rule(
                    Inherited.ALWAYS,
                    "no client program of version 10 or later reads it, or not without PG_COLOR",
                    "PGDATA",
                    "PGREALM",
                    "PGTTY",
                    "PG_COLORS"));

    private ClientEnvironment() {}

    /**
     * What is changed of an environment for PostgreSQL's programs.
     *
     * @param callers whether the environment is that of the person who starts the run
     * @return the variables to set; an empty value removes the variable
     */
    public static Map<String, String> changes(boolean callers) {
        Map<String, String> changes = new HashMap<>();
        variables(Inherited.MESSAGES).forEach(variable -> changes.put(variable, ""));
        connectionVariables(callers).forEach(variable -> changes.put(variable, ""));
        changes.put("LC_MESSAGES", "C");
        return changes;
    }

    /** Of what is removed, the variables by which a person may have meant to say something of the connection. */
    public static Stream<String> connectionVariables(boolean callers) {
        return callers
                ? variables(Inherited.NEVER)
                : Stream.concat(variables(Inherited.NEVER), variables(Inherited.FROM_CALLER));
    }

    private static Stream<String> variables(Inherited inherited) {
        return RULES.stream().filter(rule -> rule.inherited() == inherited).flatMap(rule -> rule.variables().stream());
    }
}
