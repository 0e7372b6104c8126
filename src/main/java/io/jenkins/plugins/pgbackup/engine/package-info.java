/**
 * The stories that this program tells, without Jenkins: {@link io.jenkins.plugins.pgbackup.engine.Backup} makes a dump,
 * {@link io.jenkins.plugins.pgbackup.engine.Restore} puts one into a database, and
 * {@link io.jenkins.plugins.pgbackup.engine.Verify} reads one to its last byte. With them is what they are told (the request) and
 * whom they tell (listener and journal).
 */
package io.jenkins.plugins.pgbackup.engine;
