package io.jenkins.plugins.pgbackup.engine.postgres;

import static io.jenkins.plugins.pgbackup.engine.postgres.FailureCause.cause;

import java.util.List;

/** Why a server does not take what is restored. */
final class RestoreCauses {

    /** What psql says of a command that it does not run under {@code \\restrict}. */
    static final FailureCause RESTRICTION = cause(
            "backslash commands are restricted|\\\\unrestrict: (?:wrong key|not currently)",
            "stopped at one of psql's own commands in the dump, which pg_dump writes there with --create only,"
                    + " and which could run programs on ${machine}: find out who made the dump");

    /** What the server says where it has no room for another lock ("Lock Management", max_locks_per_transaction). */
    static final FailureCause OUT_OF_LOCKS = cause(
            "out of shared memory|max_locks_per_transaction",
            "needs more locks in one transaction than the server has room for:"
                    + " raise max_locks_per_transaction there and restart it");

    static final FailureCause IN_TRANSACTION = cause(
            "([A-Z][A-Z ]+) cannot (?:run|be executed) (?:inside|from) a transaction block",
            "cannot restore the whole dump in one transaction, because $1 stands in it");

    static final FailureCause NO_EXTENSION = cause(
            "extension \"(.*?)\" is not available|could not open extension control file \"(?:.*/)?(.*?)\\.control\"",
            "found no extension $1$2 on the server: install its package there, for the server's version");

    static final List<FailureCause> ALL = List.of(
            RESTRICTION,
            OUT_OF_LOCKS,
            IN_TRANSACTION,
            // who restores
            cause(
                    "ERROR:  role \"(.*?)\" does not exist",
                    "found no role $1, which the dump gives objects or rights to: CREATE ROLE first,"
                            + " or restore without owners and rights (pg_restore --no-owner --no-privileges)"),
            cause(
                    "must be member of role \"(.*?)\"|must be able to SET ROLE \"(.*?)\"",
                    "may not give objects to the role $1$2, their owner in the dump: GRANT that role to the user,"
                            + " restore as a superuser, or restore without owners (pg_restore --no-owner)"),
            cause(
                    "must be owner of extension (\\S+)",
                    "may not change the extension $1 or its comment, because another role created it:"
                            + " restore as that role or as a superuser, or without comments (pg_restore --no-comments)"),
            cause(
                    "must be owner of (.+)",
                    "may not change $1, which belongs to another role:"
                            + " restore as that role or as a superuser, or to a new, empty database"),
            cause(
                    "permission denied for schema (.+)",
                    "may not use the schema $1, or create anything in it: GRANT USAGE, CREATE ON SCHEMA $1 to the user"
                            + " (since PostgreSQL 15 only the owner of the database may create in public),"
                            + " or restore as the owner of the database"),
            cause(
                    "ERROR:  permission denied for database (.+)",
                    "may not create schemas in the database $1: GRANT CREATE ON DATABASE $1 to the user,"
                            + " or restore as the owner of the database"),
            cause(
                    "permission denied to create extension \"(.*?)\"",
                    "may not create the extension $1: let a superuser create it in the database before,"
                            + " or restore as a superuser"),
            cause(
                    "permission denied: \"(.*?)\" is a system trigger|permission denied (?:for|to) (.+)"
                            + "|(must be superuser .+)|(only superuser .+)",
                    "was refused a right that the restore needs ($1$2$3$4): restore as a superuser,"
                            + " GRANT the user that right, or leave the object out of the dump"),
            cause(
                    "COPY FROM not supported with row-level security",
                    "cannot fill a table whose row-level security holds for the user:"
                            + " restore as the owner of the table or as a role with BYPASSRLS"),
            cause(
                    "cannot execute (.+) (?:in a read-only transaction|during recovery)",
                    "may not write ($1), because the server is a standby or its transactions are read-only:"
                            + " name the primary in the URL, or set default_transaction_read_only to off for the user or"
                            + " the database"),
            // what the server does not have
            cause(
                    "[Tt]ablespace \"(.*?)\" does not exist",
                    "found no tablespace $1 on the server: CREATE TABLESPACE first,"
                            + " or restore without tablespaces (pg_restore --no-tablespaces)"),
            NO_EXTENSION,
            cause(
                    "extension \"(.*?)\" has no installation script nor update path",
                    "found another version of the extension $1 on the server than the dump requires:"
                            + " install the package with that version there"),
            cause(
                    "required extension \"(.*?)\" is not installed|extension \"(.*?)\" does not exist",
                    "found no extension $1$2 in the database, which the dump needs and does not create:"
                            + " CREATE EXTENSION first"),
            cause(
                    "(\\S+) (?:can only|must) be (?:pre)?loaded via \"?shared_preload_libraries",
                    "restores the extension $1, which the server must load when it starts:"
                            + " add it to shared_preload_libraries there and restart the server"),
            cause(
                    "could not access file \"(.*?)\": No such file or directory|could not load library \"(.*?)\"",
                    "needs a library that the server does not find ($1$2):"
                            + " install the package of its extension on the server, for the server's version"),
            cause(
                    "collation \"(.*?)\" for encoding \"(.*?)\" does not exist" + "|could not create locale \"(.*?)\"",
                    "found no collation $1$3 on the server: install that locale in its system, or create the database"
                            + " with the encoding of the dumped one"),
            cause(
                    "unrecognized configuration parameter \"([^\".]+)\"",
                    "sets $1, which the server is too old to know: restore to a server of the version of pg_dump or"
                            + " newer, or with the pg_restore of the server's version where that can read the dump"),
            cause(
                    "syntax error at or near \"(.*?)\"",
                    "has a statement that the server does not understand, at \"$1\": restore to a server of the version"
                            + " of pg_dump or newer"),
            // what the database has already
            cause(
                    "ERROR:  (.+) already exists|ERROR:  (multiple primary keys for table \".*?\") are not allowed",
                    "found $1$2 in the database already: restore to a new, empty database"),
            cause(
                    "(column \".*?\") is a generated column",
                    "has values for the $1, which the database computes itself: restore to a new, empty database"),
            cause(
                    "cannot drop (.+?) because (?:other objects depend on it|.+ requires it)"
                            + "|cannot drop (inherited constraint \".*?\")",
                    "cannot drop $1$2, because other objects depend on it: restore to a new, empty database"),
            cause(
                    "violates [a-z -]+ constraint \"(.*?)\"|could not create unique index \"(.*?)\""
                            + "|violates (not-null) constraint",
                    "has rows that the constraint $1$2 does not allow: restore to a new, empty database; if it was one,"
                            + " the dumped database had such rows, which are to be corrected there"),
            // what the dump names
            cause(
                    "(?s)ERROR:  ((?:function|procedure) [^.(]+\\(|(?:relation|type|table) \"[^\".]+\"|operator).*?"
                            + " does not exist.*CONTEXT:",
                    "ran a function of the dump that names $1… without its schema, which a restore does not find:"
                            + " give the function a search_path in the dumped database (ALTER FUNCTION … SET"
                            + " search_path) and make a new dump, or restore this one with pg_restore without"
                            + " --exit-on-error and correct the rest by hand"),
            cause(
                    "ERROR:  (.+?) does not exist",
                    "found no $1, which the dump uses and does not hold: create first what was left out of the dump"
                            + " (a schema, a table, an extension), or use a server that is not older than the dumped one"),
            cause(
                    "invalid byte sequence for encoding \"(.*?)\"|has no equivalent in encoding \"(.*?)\"",
                    "has text that does not fit the encoding $1$2: create the database with the encoding of the dumped"
                            + " one (CREATE DATABASE … ENCODING … TEMPLATE template0)"),
            cause(
                    "deadlock detected",
                    "was stopped by the server to end a deadlock with another session:"
                            + " run the restore again when nothing else uses the database"),
            cause(
                    "canceling statement due to (user request|\\S+ timeout)",
                    "was stopped by the server ($1): look into the server's log and for timeouts of the user or the"
                            + " database, then run the restore again"),
            // the kind of file
            cause(
                    "input file appears to be a text format dump",
                    "was given a plain dump under the name of an archive: name it .sql"));

    private RestoreCauses() {}
}
