package io.jenkins.plugins.pgbackup.engine.postgres;

import static io.jenkins.plugins.pgbackup.engine.postgres.FailureCause.cause;

import java.util.List;

/** Why a server does not hand out what is to be dumped. */
final class BackupCauses {

    static final List<FailureCause> ALL = List.of(
            cause(
                    "server version: ([^;\\s]+).*; pg_dump version: (\\S+)",
                    "cannot dump PostgreSQL $1 because it is of version $2:"
                            + " install the PostgreSQL client of the server's version or newer on ${machine}"),
            cause(
                    "server version mismatch",
                    "cannot dump a server of that version:"
                            + " install the PostgreSQL client of the server's version or newer on ${machine}"),
            cause(
                    "ERROR:  role \"(.*?)\" does not exist",
                    "was refused because the role $1 does not exist: check the role that pg_dump --role names"),
            cause(
                    "(?s)canceling statement due to (?:statement|lock) timeout.*LOCK TABLE",
                    "waited too long for a lock on a table that another session holds: run the backup at another time,"
                            + " or set a longer lock wait timeout"),
            cause(
                    "(?s)(?:canceling statement|terminating connection) due to conflict with recovery"
                            + ".*must be removed",
                    "was stopped by the standby server, because recovery had to remove rows that the dump still reads:"
                            + " set hot_standby_feedback to on there, raise max_standby_streaming_delay,"
                            + " or dump from the primary"),
            cause(
                    "(?:canceling statement|terminating connection) due to conflict with recovery",
                    "was stopped by the standby server, which had to go on with recovery: dump from the primary,"
                            + " or raise max_standby_streaming_delay"),
            cause(
                    "in a hot standby|during recovery|on standby servers",
                    "requests something that a standby server does not do: dump from the primary,"
                            + " or leave the option out that needs it"),
            cause(
                    "canceling statement due to (user request|statement timeout|lock timeout)",
                    "was stopped by the server ($1): look into the server's log and run the backup again"),
            cause(
                    "prepared statement \"(.*?)\" (?:already exists|does not exist)",
                    "shares its session on the server with others, as a connection pooler such as PgBouncer makes it do"
                            + " in transaction mode: connect to PostgreSQL itself, or set the pooler's pool_mode to"
                            + " session for this user"),
            cause(
                    "out of shared memory",
                    "needs a lock for each table, and the server has no room for so many:"
                            + " raise max_locks_per_transaction there, which takes a restart,"
                            + " or dump fewer schemas or tables at once"),
            cause(
                    "permission denied for large object (\\d+)",
                    "may not read the large object $1: GRANT SELECT ON LARGE OBJECT $1 to the user"
                            + " (pg_read_all_data does not include large objects), or leave large objects out of the"
                            + " dump (--no-blobs, from pg_dump 16 on --no-large-objects)"),
            cause(
                    "permission denied for (.+)",
                    "may not read $1: GRANT the user the right to it (the role pg_read_all_data has it for all tables),"
                            + " or leave it out of the dump"),
            cause(
                    "affected by row-level security policy for table \"(.*?)\"",
                    "would dump only a part of the table $1, which has row-level security: use the owner or a role with"
                            + " BYPASSRLS, or accept the part with --enable-row-security"),
            cause(
                    "no matching (tables|schemas|extensions|foreign servers) were found for pattern \"(.*)\"",
                    "found none of the $1 that match \"$2\": correct the pattern, or write it with its schema,"
                            + " and check that the user may use that"),
            cause(
                    "no matching (tables|schemas|extensions|foreign servers) were found",
                    "found none of the $1 that were requested: check names and patterns,"
                            + " and that the user may use their schema"),
            cause(
                    "improper (?:qualified|relation) name|cross-database references are not implemented",
                    "does not understand a pattern:"
                            + " write schema.table, and a dot that is part of a name in double quotes"),
            cause(
                    "could not access file \"(.*?)\": No such file or directory|could not load library \"(.*?)\"",
                    "needs a library that the server does not find ($1$2):"
                            + " install the package of its extension on the server, for the server's version"),
            cause(
                    "cache lookup failed|could not open relation with OID|relation \".*\" does not exist"
                            + "|schema with OID \\d+ does not exist",
                    "met a table or other object that was dropped while it ran: run the backup again"),
            cause(
                    "failed sanity check",
                    "found catalogs that contradict each other: run the backup again, and if it fails again, have the"
                            + " damaged catalogs of the database mended"),
            cause(
                    "invalid page in block|missing chunk number|unexpected chunk number|could not read block"
                            + "|compressed \\S+ data is corrupt",
                    "met damaged data in the database:"
                            + " look into the server's log and restore the table from an older dump"),
            cause(
                    "invalid memory alloc request size|string buffer exceeds maximum|Cannot enlarge string buffer",
                    "met a row that is too big for the server to send as text (1 GB): leave its table out of the dump"),
            cause(
                    "invalid byte sequence for encoding \"(.*?)\"|has no equivalent in encoding \"(.*?)\"",
                    "met text that cannot be written in the encoding $1$2: dump in the encoding of the database,"
                            + " or correct the text"));

    private BackupCauses() {}
}
