/**
 * What many backups have in common, under a name: driver, destination, credentials and retention. A profile is in the global
 * configuration or on a folder; the nearest one of a name counts.
 */
package io.jenkins.plugins.pgbackup.profile;
