/**
 * What the command line prints: progress on standard error, the outcome as a table, as sentences or as JSON, and what it does when
 * a signal ends it.
 */
package io.jenkins.plugins.pgbackup.cli.console;
