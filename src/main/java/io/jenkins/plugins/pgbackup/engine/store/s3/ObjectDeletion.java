package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.store.WritableDumps.Deletion;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Removes objects of one place, many with a request where the store can do that. */
final class ObjectDeletion {

    /** "DeleteObjects" of the Amazon S3 API Reference. */
    private static final int MOST_KEYS = 1000;

    /** Some stores know no DeleteObjects, or not the checksum that it comes with. */
    private static final Set<Integer> NOT_UNDERSTOOD = Set.of(400, 404, 405, 411, 501);

    private final S3Connection connection;
    private final S3Location location;
    private final Map<String, String> refused = new HashMap<>();
    private boolean versionsStay;

    ObjectDeletion(S3Connection connection, S3Location location) {
        this.connection = connection;
        this.location = location;
    }

    Deletion delete(List<String> fileNames) throws BackupException, InterruptedException {
        for (int from = 0; from < fileNames.size(); from += MOST_KEYS) {
            List<String> some = fileNames.subList(from, Math.min(from + MOST_KEYS, fileNames.size()));
            Set<String> gone = some.size() == 1 ? Set.of() : deleteAtOnce(some);
            for (String name : some) {
                if (!gone.contains(name)) {
                    // What was refused is refused here in words of its own, or else was only a moment's failure.
                    deleteOne(name);
                }
            }
        }
        return new Deletion(refused, versionsStay);
    }

    /** @return those of which the store says that they are gone */
    private Set<String> deleteAtOnce(List<String> names) throws BackupException, InterruptedException {
        List<ObjectIdentifier> keys = names.stream()
                .map(name -> ObjectIdentifier.builder().key(location.key(name)).build())
                .toList();
        DeleteObjectsResponse answer;
        try {
            answer = S3Connection.attempt(() -> connection
                    .client()
                    .deleteObjects(delete -> delete.bucket(location.bucket()).delete(all -> all.objects(keys))));
        } catch (SdkException e) {
            if (e instanceof S3Exception answered && NOT_UNDERSTOOD.contains(answered.statusCode())
                    || SdkFailure.isStatus(403, e)) {
                return Set.of();
            }
            throw connection.failure(S3Action.REMOVE, location.bucket(), location.uri(names.get(0)), e);
        }
        answer.deleted().forEach(deleted -> note(deleted.deleteMarker()));
        Set<String> deleted =
                answer.deleted().stream().map(DeletedObject::key).collect(Collectors.toCollection(HashSet::new));
        return names.stream()
                .filter(name -> deleted.contains(location.key(name)))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void deleteOne(String name) throws BackupException, InterruptedException {
        try {
            note(S3Connection.attempt(() -> connection
                            .client()
                            .deleteObject(
                                    delete -> delete.bucket(location.bucket()).key(location.key(name))))
                    .deleteMarker());
        } catch (SdkException e) {
            if (!(e instanceof S3Exception answered) || answered.statusCode() >= 500) {
                throw connection.failure(S3Action.REMOVE, location.bucket(), location.uri(name), e);
            }
            if (!SdkFailure.isCode("NoSuchKey", e)) {
                refused.put(name, connection.because(S3Action.REMOVE, location.bucket(), e));
            }
        }
    }

    private void note(Boolean deleteMarker) {
        versionsStay |= Boolean.TRUE.equals(deleteMarker);
    }
}
