/**
 * The ways in: {@code pgBackup} as a Pipeline step and as a freestyle build step, and the run that both of them start. What is
 * Jenkins' own is resolved here (credentials, variables, the workspace); the backup itself is made by
 * {@link io.jenkins.plugins.pgbackup.engine.Backup}.
 */
package io.jenkins.plugins.pgbackup;
