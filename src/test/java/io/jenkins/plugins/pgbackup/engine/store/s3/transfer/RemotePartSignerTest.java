package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions for signatures, and their answers, as text. */
class RemotePartSignerTest {

    private static final SignedPart SIGNED = new SignedPart(
            URI.create("https://minio:9000/backups/a%20b?partNumber=7&X-Amz-Signature=abc"),
            Map.of("x-amz-checksum-crc32", "y/Q5Jg==", "x-amz-meta-two", "a, b"));

    @Test
    void carriesAQuestionAndItsAnswer() throws Exception {
        List<String> requested = new ArrayList<>();
        PartSigner signer = new RemotePartSigner(RemotePartSigner.lineService((number, size, crc32) -> {
            requested.add(number + "/" + size + "/" + crc32);
            return SIGNED;
        }));

        assertEquals(SIGNED, signer.sign(7, 5_368_709_120L, "y/Q5Jg=="));
        assertEquals(List.of("7/5368709120/y/Q5Jg=="), requested);
    }

    @Test
    void carriesAnAnswerWithoutHeaders() {
        SignedPart bare = new SignedPart(SIGNED.url(), Map.of());
        assertEquals(bare, SignedPart.ofLine(bare.toLine()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "7 1000",
                "7 1000 ",
                "7 1000 a b",
                "-7 1000 a",
                "7 1e3 a",
                "7 1000 \u00e4",
                "1234567890 1 a",
                "1 1234567890123456789 a",
                "7 1000 aaaaaaaaaaaaaaaaaaaaa",
                "7\t1000\ta"
            })
    void refusesWhatIsNoQuestion(String question) {
        LineService answers = RemotePartSigner.lineService((number, size, crc32) -> SIGNED);
        assertThrows(BackupException.class, () -> answers.call(question));
    }

    @Test
    void tellsThatNothingMoreIsAsked() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        LineService answers = new LineService() {
            @Override
            public String call(String question) {
                throw new IllegalStateException();
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        PartTarget target = new PartTarget(
                PartPlan.ofEqualParts(5 << 20),
                new RemotePartSigner(answers),
                PartRetryPolicy.DEFAULT,
                HttpRoute.DIRECT);
        target.open().close();
        assertTrue(closed.get());
    }
}
