package io.jenkins.plugins.pgbackup.engine.postgres;

import static io.jenkins.plugins.pgbackup.engine.postgres.FailureCause.cause;

import java.util.List;

/** Why a server is not reached, lets the user not in, or is lost. */
final class ConnectionCauses {

    static final List<FailureCause> ALL = List.of(
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
                    "found no server of the kind that target_session_attrs in the URL requires: check its hosts"),
            // a connection pooler in between
            cause(
                    "unsupported startup parameter(?: in options)?: (\\S+)",
                    "was refused by a connection pooler such as PgBouncer, which does not take the parameter $1 of the"
                            + " connection: connect to PostgreSQL itself, or add $1 to the pooler's"
                            + " ignore_startup_parameters"),
            cause(
                    "FATAL:  no such database: (.+)",
                    "was refused by a connection pooler such as PgBouncer, which does not know the database $1:"
                            + " check the database in the URL, or connect to PostgreSQL itself"),
            cause(
                    "FATAL:  bouncer config error",
                    "was refused by a connection pooler, PgBouncer, for its own configuration, in which the database or"
                            + " the user is missing: check both in the URL, or connect to PostgreSQL itself"),
            cause(
                    "FATAL:  (query_wait_timeout|server_login_retry|server login has been failing.*"
                            + "|pgbouncer cannot connect to server|client_idle_timeout|idle transaction timeout"
                            + "|no more connections allowed.*)",
                    "was refused by a connection pooler such as PgBouncer ($1):"
                            + " connect to PostgreSQL itself, or look into the pooler's log"),
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
                    "has no password for ${host}, which requires one:" + " give a user name and its password"),
            cause(
                    "password authentication failed for user \"(.*?)\"",
                    "was refused because user name or password are wrong for $1: check both"),
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
                    "FATAL:  role \"(.*?)\" does not exist",
                    "was refused because the role $1 does not exist: check the name of the user"),
            cause(
                    "FATAL:  database \"(.*?)\" does not exist",
                    "was refused because there is no database $1 on ${host}: check the database in the URL"),
            cause(
                    "FATAL:  permission denied for database \"(.*?)\"",
                    "was refused because the user may not connect to the database $1: GRANT CONNECT ON DATABASE to it"),
            cause(
                    "FATAL:  permission denied to set parameter \"(.*?)\"",
                    "was refused because the user may not set $1, as options in the URL request:"
                            + " take it out of them, or let a superuser set it with ALTER ROLE … SET $1"),
            cause(
                    "FATAL:  (?:unrecognized configuration parameter|invalid value for parameter) \"(.*?)\"",
                    "was refused because the server does not know the parameter $1 or its value, which options in the"
                            + " URL set: correct them"),
            cause(
                    "database \"(.*?)\" is not currently accepting connections",
                    "was refused because the database $1 takes no connections: use another, or ALTER DATABASE …"
                            + " ALLOW_CONNECTIONS true"),
            cause(
                    "too many clients|too many connections|remaining connection slots",
                    "was refused because the server has no connection left: run the ${operation} when fewer are"
                            + " connected, or raise max_connections or the limit of the role or database"),
            cause(
                    "the database system is (starting up|shutting down|in recovery mode|not yet accepting connections)",
                    "was refused because the server is $1: run the ${operation} again when it is up"),
            // losing it
            cause(
                    "terminating connection due to administrator command",
                    "lost its connection because its session was ended or the server was shut down:"
                            + " run the ${operation} again"),
            cause(
                    "terminating connection due to (\\S+ timeout)",
                    "lost its connection because of the $1 that the server has for the user or the database:"
                            + " set it to 0 for the user, then run the ${operation} again"));

    private ConnectionCauses() {}
}
