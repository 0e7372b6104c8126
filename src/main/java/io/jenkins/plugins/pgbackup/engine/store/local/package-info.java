/**
 * Dumps as files: a directory or one file of a machine. A dump is written beside its final name, flushed to the disk, and renamed
 * at once.
 */
package io.jenkins.plugins.pgbackup.engine.store.local;
