package io.jenkins.plugins.pgbackup.settings;

import java.util.List;

/** The arguments of a restore. */
public interface RestoreSettings extends DumpSettings {

    /** The database to restore to, as a connection URI of libpq. */
    String getUrl();

    /** Whether what the dump holds is dropped first where the database has it. */
    boolean isClean();

    /** Whether the restore makes the database. */
    boolean isCreate();

    /** Whether a new database takes the name of the one that is there when it is complete. */
    boolean isReplace();

    /** Whether the database that was replaced stays under another name. */
    boolean isKeepReplaced();

    /** How many connections restore at once. */
    int getJobs();

    /** Whether all objects belong to the user who restores them. */
    boolean isNoOwner();

    /** Whether the rights in the dump are left out. */
    boolean isNoPrivileges();

    /** The role that restores it, or {@code null} for the user of the URL. */
    String getRole();

    /** The schemas that are restored; {@code null} for all. */
    List<String> getSchemas();

    /** The tables that are restored; {@code null} for all. */
    List<String> getTables();

    /** Whether the first error ends the restore. */
    boolean isExitOnError();

    /** Whether it is one transaction; {@code null} if so wherever that can be. */
    Boolean getSingleTransaction();

    /** Files of SQL in the workspace that are run in the restored database; {@code null} for none. */
    List<String> getSql();

    /** Whether {@code psql} may run the commands of its own that a plain dump may hold. */
    boolean isTrust();
}
