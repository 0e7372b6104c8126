package io.jenkins.plugins.pgbackup.engine.postgres;

import java.util.Map;
import java.util.Optional;

/**
 * What the SQLSTATE of an error tells where its words are in another language (PostgreSQL, Appendix A. PostgreSQL Error
 * Codes). Names are in the words alone, which are quoted behind these sentences.
 */
final class SqlStateCauses {

    private static final String RIGHT = "was refused a right that the ${operation} needs:"
            + " use a superuser or the owner of the database, or GRANT the user that right";
    private static final String MISSING =
            "found no object of the name that the server says (a role, a table, a schema, a"
                    + " function, an extension): create it first";
    private static final String THERE =
            "found an object of the dump in the database already:" + " restore to a new, empty database";
    private static final String CONSTRAINT =
            "has rows that a constraint does not allow: restore to a new, empty database; if"
                    + " it was one, the dumped database had such rows, which are to be corrected there";
    private static final String ENCODING = "has text that does not fit the encoding of the database:"
            + " create the database with the encoding of the dumped one (CREATE DATABASE … ENCODING … TEMPLATE template0)";

    private static final Map<String, String> SENTENCES = Map.ofEntries(
            Map.entry("22021", ENCODING),
            Map.entry("22P05", ENCODING),
            Map.entry("23502", CONSTRAINT),
            Map.entry("23503", CONSTRAINT),
            Map.entry("23505", CONSTRAINT),
            Map.entry("23514", CONSTRAINT),
            Map.entry(
                    "25006",
                    "may not write, because the server is a standby or its transactions are read-only:"
                            + " name the primary in the URL, or set default_transaction_read_only to off for the user or the database"),
            Map.entry(
                    "2BP01",
                    "cannot drop something, because other objects depend on it:" + " restore to a new, empty database"),
            Map.entry("3F000", MISSING),
            Map.entry(
                    "40P01",
                    "was stopped by the server to end a deadlock with another session:"
                            + " run the ${operation} again when nothing else uses the database"),
            Map.entry("42501", RIGHT),
            Map.entry(
                    "42601",
                    "has a statement that the server does not understand:"
                            + " restore to a server of the version of pg_dump or newer"),
            Map.entry("42703", MISSING),
            Map.entry("42704", MISSING),
            Map.entry("42710", THERE),
            Map.entry("42723", THERE),
            Map.entry("42883", MISSING),
            Map.entry("42P01", MISSING),
            Map.entry("42P06", THERE),
            Map.entry("42P07", THERE),
            Map.entry(
                    "53100",
                    "stopped because the server has no room on its disk:"
                            + " free space on the server, not on ${machine}"),
            Map.entry(
                    "53200",
                    "stopped because the server has no memory left, or no room for so many locks:"
                            + " give it more, or raise max_locks_per_transaction there, which takes a restart"),
            Map.entry(
                    "57014",
                    "was stopped by the server, which cancelled a statement: look into the server's log and for"
                            + " timeouts of the user or the database, then run the ${operation} again"),
            Map.entry(
                    "57P01",
                    "lost its connection because its session was ended or the server was shut down:"
                            + " run the ${operation} again"),
            Map.entry(
                    "58P01",
                    "needs a file that the server does not find: install the package of the extension on the"
                            + " server, for the server's version"));

    private SqlStateCauses() {}

    /** @param state five digits or capital letters */
    static Optional<String> explain(String state) {
        return Optional.ofNullable(SENTENCES.get(state));
    }
}
