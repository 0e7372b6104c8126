package io.jenkins.plugins.pgbackup.engine.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.LineService;
import io.jenkins.plugins.pgbackup.engine.store.ReadBack;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.ObjectSource;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlan;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartRetryPolicy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartTarget;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.RemotePartSigner;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.S3Action;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.SignedPart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What travels to an agent, and what it takes there: neither a key nor a class of the AWS SDK. */
class AgentSideTest {

    private static final Pattern OURS = Pattern.compile("io/jenkins/plugins/pgbackup/[\\w/$]+");

    @Test
    void needsNoClassOfTheAwsSdk() throws Exception {
        Set<String> seen = classesNamedFrom(
                PartTarget.class, RemotePartSigner.class, Receipt.class, ReadBack.class, ObjectSource.class);
        assertTrue(
                seen.containsAll(List.of(
                        beside(PartTarget.class, "PartUploader"),
                        beside(PartTarget.class, "PartSender"),
                        beside(ObjectSource.class, "ResumableInput"))),
                seen.toString());
        for (String name : seen) {
            assertFalse(bytecode(name).contains("software/amazon"), name);
        }
    }

    @Test
    void wouldNoticeAClassOfTheAwsSdk() throws Exception {
        assertTrue(bytecode(name(UploadSigner.class)).contains("software/amazon"));
    }

    @Test
    void travels() throws Exception {
        PartTarget target = new PartTarget(
                new PartPlan(5 << 20, 9, 7 << 20), new FarSigner(), PartRetryPolicy.DEFAULT, HttpRoute.DIRECT);
        PartTarget there = travelled(target);
        assertEquals(target.plan(), there.plan());
        assertEquals(target.retryPolicy(), there.retryPolicy());
        assertEquals(target.signer().sign(1, 2, "AAAAAA=="), there.signer().sign(1, 2, "AAAAAA=="));
        ObjectSource source = new ObjectSource(
                "s3://a/b", 7, S3Action.READ, "", new FarSigner(), PartRetryPolicy.DEFAULT, HttpRoute.DIRECT);
        ObjectSource sourceThere = travelled(new ReadBack(source)).source() instanceof ObjectSource read ? read : null;
        assertEquals(7, sourceThere.sizeBytes());
        assertEquals(S3Action.READ, sourceThere.action());
        assertEquals(PartRetryPolicy.DEFAULT, sourceThere.retryPolicy());
        assertEquals(source.signer().call(""), sourceThere.signer().call(""));
        StoredContent found = new StoredContent(7, "0123abcd".repeat(8));
        assertEquals(found, travelled(found));
    }

    @Test
    void refusesPartsForWhichItHasNoMemory() {
        long heap = Math.min(Runtime.getRuntime().maxMemory(), PartPlan.MAX_PART_BYTES);
        PartTarget target =
                new PartTarget(PartPlan.ofEqualParts(heap), new FarSigner(), PartRetryPolicy.DEFAULT, HttpRoute.DIRECT);
        String message = assertThrows(BackupException.class, target::open).getMessage();
        assertTrue(message.contains("start it with -Xmx"), message);
    }

    @Test
    void showsNoSignature() throws Exception {
        SignedPart signed = new FarSigner().sign(1, 2, "AAAAAA==");
        assertEquals("SignedPart[url=(secret)]", signed.toString());
        assertEquals(
                "PartTarget[plan=PartPlan[partSizeBytes=5242880, equalParts=9, latePartBytes=7340032]]",
                new PartTarget(
                                new PartPlan(5 << 20, 9, 7 << 20),
                                new FarSigner(),
                                PartRetryPolicy.DEFAULT,
                                HttpRoute.DIRECT)
                        .toString());
    }

    /** Our classes that are named, at whatever depth, in the constant pools of some. */
    private static Set<String> classesNamedFrom(Class<?>... roots) throws IOException {
        Set<String> seen = new TreeSet<>();
        Deque<String> unread = new ArrayDeque<>(
                List.of(roots).stream().map(AgentSideTest::name).toList());
        while (!unread.isEmpty()) {
            String name = unread.pop();
            if (seen.add(name)) {
                Matcher named = OURS.matcher(bytecode(name));
                while (named.find()) {
                    if (AgentSideTest.class.getResource("/" + named.group() + ".class") != null) {
                        unread.push(named.group());
                    }
                }
            }
        }
        return seen;
    }

    private static String bytecode(String name) throws IOException {
        try (InputStream in = AgentSideTest.class.getResourceAsStream("/" + name + ".class")) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String name(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    /** The name of a class of the same package that only that package sees. */
    private static String beside(Class<?> neighbour, String simpleName) {
        return name(neighbour).replace(neighbour.getSimpleName(), simpleName);
    }

    @SuppressWarnings("unchecked")
    private static <T> T travelled(T object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    private static final class FarSigner implements PartSigner, LineService, Serializable {

        private static final long serialVersionUID = 1L;

        @Override
        public SignedPart sign(int number, long sizeBytes, String crc32) {
            return new SignedPart(
                    URI.create("https://minio/?X-Amz-Signature=abc"), Map.of("x-amz-checksum-crc32", crc32));
        }

        @Override
        public String call(String question) {
            return "https://minio/?X-Amz-Signature=abc";
        }

        @Override
        public void close() {
            // It need not know.
        }
    }
}
