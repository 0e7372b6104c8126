package io.jenkins.plugins.pgbackup.settings;

import java.util.List;

/** The arguments of a restore test. */
public interface RestoreTestSettings extends DumpSettings {

    /** The server on which a database is created for the test, as a connection URI of libpq; {@code null} for a private server. */
    String getUrl();

    /** Statements that must each give one row with one value that is true; {@code null} for none. */
    List<String> getChecks();

    /** Whether {@code pg_amcheck} looks for corruption. */
    boolean isAmcheck();

    /** Whether the dump may run programs. */
    boolean isTrust();

    /** The file of the workspace for the JUnit XML. */
    String getJunit();

    /** The file of the workspace for the JSON record. */
    String getReport();
}
