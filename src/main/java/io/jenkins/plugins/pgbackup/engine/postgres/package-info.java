/**
 * What PostgreSQL and its client programs understand: connection URLs, versions, the options of {@code pg_dump}, the
 * forms a dump can have, password files, and what a failure means. No program is started and no byte is moved here.
 */
package io.jenkins.plugins.pgbackup.engine.postgres;
