/**
 * {@code pgbackup} and its subcommands: their arguments, and how each becomes one story of the engine.
 */
package io.jenkins.plugins.pgbackup.cli.command;
