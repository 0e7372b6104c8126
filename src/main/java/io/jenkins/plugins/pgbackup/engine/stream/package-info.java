/**
 * The bytes of one dump on their one way, on the machine that has them: out of {@code pg_dump} into a store, past the proof,
 * compression and checksum, and back again.
 */
package io.jenkins.plugins.pgbackup.engine.stream;
