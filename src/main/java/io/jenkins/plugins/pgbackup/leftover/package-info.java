/**
 * What cleans up after a backup whose build can no longer do it: the notes that a running backup keeps with its build, and the
 * withdrawal by the next build of the job.
 */
package io.jenkins.plugins.pgbackup.leftover;
