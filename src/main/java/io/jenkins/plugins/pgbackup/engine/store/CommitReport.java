package io.jenkins.plugins.pgbackup.engine.store;

/**
 * What was found out about a committed dump where it lies.
 *
 * @param uri where it is, as people write it
 * @param versionId the object's version, or {@code null} if the store keeps none
 * @param sizeCompared whether the store's size was compared with ours
 * @param checksumCompared whether the store's own checksum of the whole dump was compared with ours
 * @param reread whether all its bytes were read back, and their digest compared with ours
 */
public record CommitReport(
        String uri, String versionId, boolean sizeCompared, boolean checksumCompared, boolean reread) {}
