/**
 * PostgreSQL's programs while they run: one end of the FIFOs, whose other end the tasks of
 * {@link io.jenkins.plugins.pgbackup.engine.stream} hold. What each program is given, how it is watched, and whose failure it was.
 */
package io.jenkins.plugins.pgbackup.engine.run;
