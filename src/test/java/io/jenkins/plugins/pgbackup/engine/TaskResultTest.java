package io.jenkins.plugins.pgbackup.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.machine.Task;
import io.jenkins.plugins.pgbackup.engine.machine.TemporaryFile;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpedTable;
import io.jenkins.plugins.pgbackup.engine.store.Receipt;
import io.jenkins.plugins.pgbackup.engine.store.Receipt.StoredPart;
import io.jenkins.plugins.pgbackup.engine.store.StoredContent;
import io.jenkins.plugins.pgbackup.engine.stream.PumpResult;
import io.jenkins.plugins.pgbackup.engine.stream.ReplayResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a machine that is not to be trusted may return: none of the records that travel can be received with a value that the
 * task cannot have found, in any of their fields.
 */
class TaskResultTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);
    private static final FalsePart PART = new FalsePart(1, "\"e\"", "AAAAAA==", true);
    private static final FalseDirectory DIRECTORY = new FalseDirectory("/backups", "/disk/backups", "(dev=1,ino=2)", 1);
    private static final FalseReceipt RECEIPT = new FalseReceipt(7, List.of(PART));

    private static final FalseTable TABLE = new FalseTable("public", "fruit", 2L, 15);
    private static final FalseContents CONTENTS = new FalseContents(List.of(TABLE), List.of("citext"), null);

    private static final FalseListing LISTING = new FalseListing(
            new ArrayList<>(List.of("a.dump")), new ArrayList<>(List.of(7L)), new ArrayList<>(List.of(8L)));

    private static final FalseRefusals REFUSALS =
            new FalseRefusals(new ArrayList<>(List.of("a.dump")), new ArrayList<>(List.of("no right to it")));

    private static final List<Object> NO_DIGESTS = nullAnd(
            "",
            DIGEST.toUpperCase(),
            DIGEST.substring(1),
            DIGEST + "0",
            "../".repeat(21) + "x",
            DIGEST.replace('f', '\n'),
            "0".repeat(1 << 20));
    private static final List<Object> NO_TABLE_NAMES =
            nullAnd("", "x".repeat(64), "a\0b", "\ud800", "x".repeat(1 << 20));
    private static final List<Object> NO_SIZES = List.of(-1L, Long.MIN_VALUE);
    private static final List<Object> BOTH_ARE_POSSIBLE = List.of();

    /** A record of the wire without its rules: its fields have the names and types of the real one's. */
    private record FalsePumped(long rawBytes, String sha256, boolean endSeen, Object receipt, Object contents)
            implements Serializable {}

    private record FalseContents(Object tables, Object extensions, Object gap) implements Serializable {}

    private record FalseTable(String schema, String name, Object rows, long bytes) implements Serializable {}

    private record FalseReplayed(long storedBytes, String sha256, long rawBytes, boolean endSeen, boolean refused)
            implements Serializable {}

    private record FalseReadBack(long sizeBytes, String sha256) implements Serializable {}

    private record FalseReceipt(long sizeBytes, Object parts) implements Serializable {}

    private record FalsePart(int number, String etag, String crc32, boolean checksumKnown) implements Serializable {}

    /** Of the path only the length is checked: the sender knows the path that it requested, and takes no other. */
    private record FalseDirectory(String path, String real, String identity, int made) implements Serializable {}

    private record FalseRoom(long bytes) implements Serializable {}

    private record FalseFile(Object bytes) implements Serializable {}

    private record FalseListing(Object names, Object sizes, Object modified) implements Serializable {}

    private record FalseRefusals(Object names, Object reasons) implements Serializable {}

    private static final Map<Class<?>, Class<?>> REAL = Map.ofEntries(
            Map.entry(FalseDirectory.class, local("DumpDirectory")),
            Map.entry(FalsePumped.class, PumpResult.class),
            Map.entry(FalseReplayed.class, ReplayResult.class),
            Map.entry(FalseReadBack.class, StoredContent.class),
            Map.entry(FalseReceipt.class, Receipt.class),
            Map.entry(FalsePart.class, StoredPart.class),
            Map.entry(FalseContents.class, DumpContents.class),
            Map.entry(FalseTable.class, DumpedTable.class),
            Map.entry(FalseRoom.class, TemporaryFile.FreeRoom.class),
            Map.entry(FalseFile.class, local("MachineDumps$SmallFile")),
            Map.entry(FalseRefusals.class, local("MachineDumps$Refusals")),
            Map.entry(FalseListing.class, local("MachineDumps$Listing")));

    /** Each field of each record that a task returns, with what a lying machine may put there. */
    private static final List<Lies> LIES = List.of(
            new Lies(new FalsePumped(9, DIGEST, true, RECEIPT, CONTENTS), "rawBytes", NO_SIZES),
            new Lies(new FalsePumped(9, DIGEST, true, RECEIPT, CONTENTS), "sha256", NO_DIGESTS),
            new Lies(new FalsePumped(9, DIGEST, true, RECEIPT, CONTENTS), "endSeen", BOTH_ARE_POSSIBLE),
            new Lies(new FalsePumped(9, DIGEST, true, RECEIPT, CONTENTS), "receipt", nullAnd("../../config.xml")),
            new Lies(new FalsePumped(9, DIGEST, true, RECEIPT, CONTENTS), "contents", nullAnd("../../config.xml")),
            new Lies(
                    CONTENTS,
                    "tables",
                    nullAnd(
                            "../../config.xml",
                            new ArrayList<>(List.of("../../config.xml")),
                            new ArrayList<>(Collections.singletonList(null)),
                            new ArrayList<>(List.of(new FalseTable("public", "fruit", null, 15))),
                            new ArrayList<>(List.of(
                                    new FalseTable("public", "a", Long.MAX_VALUE, Long.MAX_VALUE),
                                    new FalseTable("public", "b", 1L, 2))),
                            new ArrayList<>(Collections.nCopies(DumpContents.MOST_TABLES + 1, TABLE)))),
            new Lies(
                    CONTENTS,
                    "extensions",
                    nullAnd(
                            "../../config.xml",
                            new ArrayList<>(List.of("")),
                            new ArrayList<>(List.of("x".repeat(64))),
                            new ArrayList<>(List.of(1)),
                            new ArrayList<>(Collections.singletonList(null)),
                            new ArrayList<>(Collections.nCopies(DumpContents.MOST_EXTENSIONS + 1, "citext")))),
            new Lies(CONTENTS, "gap", List.of("<script>", DumpContents.Gap.MANY_TABLES, DumpContents.Gap.UNEXPECTED)),
            new Lies(TABLE, "schema", NO_TABLE_NAMES),
            new Lies(TABLE, "name", NO_TABLE_NAMES),
            new Lies(TABLE, "rows", List.of(-1L, 16L, Long.MAX_VALUE, "2", 2)),
            new Lies(TABLE, "bytes", List.of(-1L, Long.MIN_VALUE, 1L)),
            new Lies(new FalseReplayed(7, DIGEST, 9, true, false), "storedBytes", NO_SIZES),
            new Lies(new FalseReplayed(7, DIGEST, 9, true, false), "sha256", NO_DIGESTS),
            new Lies(new FalseReplayed(7, DIGEST, 9, true, false), "rawBytes", NO_SIZES),
            new Lies(new FalseReplayed(7, DIGEST, 9, true, false), "endSeen", BOTH_ARE_POSSIBLE),
            new Lies(new FalseReplayed(7, DIGEST, 9, true, false), "refused", BOTH_ARE_POSSIBLE),
            new Lies(new FalseReadBack(7, DIGEST), "sizeBytes", NO_SIZES),
            new Lies(new FalseReadBack(7, DIGEST), "sha256", NO_DIGESTS),
            new Lies(RECEIPT, "sizeBytes", NO_SIZES),
            new Lies(
                    RECEIPT,
                    "parts",
                    nullAnd(
                            "../../config.xml",
                            new ArrayList<>(List.of("../../config.xml")),
                            new ArrayList<>(Collections.singletonList(null)),
                            IntStream.rangeClosed(1, 10_001)
                                    .mapToObj(number -> PART)
                                    .collect(Collectors.toCollection(ArrayList::new)))),
            new Lies(DIRECTORY, "path", nullAnd("x".repeat(1 << 20))),
            new Lies(DIRECTORY, "real", nullAnd("x".repeat(1 << 20))),
            new Lies(DIRECTORY, "identity", nullAnd("x".repeat(1 << 20))),
            new Lies(DIRECTORY, "made", List.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE)),
            new Lies(PART, "number", List.of(0, -1, 10_001, Integer.MIN_VALUE)),
            new Lies(PART, "etag", nullAnd("", "\"e\"\n", "\u001b[2J", "e".repeat(257), "\u202e")),
            new Lies(PART, "crc32", nullAnd("", "AAAA", "AAAAAA=\n", "<AAAA>==", "A".repeat(1 << 20))),
            new Lies(PART, "checksumKnown", BOTH_ARE_POSSIBLE),
            new Lies(new FalseRoom(7), "bytes", NO_SIZES),
            new Lies(new FalseFile(new byte[1]), "bytes", List.of("../../config.xml", new ArrayList<>())),
            new Lies(
                    REFUSALS,
                    "names",
                    nullAnd(
                            new ArrayList<>(),
                            new ArrayList<>(List.of("../../config.xml")),
                            new ArrayList<>(List.of("a\nb")),
                            new ArrayList<>(List.of(1)),
                            new ArrayList<>(Collections.singletonList(null)))),
            new Lies(
                    REFUSALS,
                    "reasons",
                    nullAnd(
                            new ArrayList<>(),
                            new ArrayList<>(List.of("a\nb")),
                            new ArrayList<>(List.of("\u001b[2J")),
                            new ArrayList<>(List.of("x".repeat(1 << 20))),
                            new ArrayList<>(List.of(1)),
                            new ArrayList<>(Collections.singletonList(null)))),
            new Lies(
                    LISTING,
                    "names",
                    nullAnd(
                            new ArrayList<>(),
                            new ArrayList<>(List.of("../../config.xml")),
                            new ArrayList<>(List.of("..")),
                            new ArrayList<>(List.of("a\\b")),
                            new ArrayList<>(List.of("a\nb")),
                            new ArrayList<>(List.of("\u202e")),
                            new ArrayList<>(List.of("x".repeat(256))),
                            new ArrayList<>(List.of("")),
                            new ArrayList<>(List.of(1)),
                            new ArrayList<>(Collections.singletonList(null)))),
            new Lies(
                    LISTING,
                    "sizes",
                    nullAnd(
                            new ArrayList<>(),
                            new ArrayList<>(List.of(-1L)),
                            new ArrayList<>(List.of("1")),
                            new ArrayList<>(Collections.singletonList(null)))),
            new Lies(
                    LISTING,
                    "modified",
                    nullAnd(
                            new ArrayList<>(),
                            new ArrayList<>(List.of("1")),
                            new ArrayList<>(Collections.singletonList(null)))));

    @Test
    void theTruthIsReceived() throws Exception {
        assertThat(
                received(new FalsePumped(9, DIGEST, true, RECEIPT, CONTENTS)),
                is(new PumpResult(
                        9,
                        DIGEST,
                        true,
                        new Receipt(7, List.of(new StoredPart(1, "\"e\"", "AAAAAA==", true))),
                        new DumpContents(
                                List.of(new DumpedTable("public", "fruit", 2L, 15)), List.of("citext"), null))));
        assertThat(
                received(new FalseReplayed(7, DIGEST, 9, true, false)),
                is(new ReplayResult(7, DIGEST, 9, true, false)));
        assertThat(received(new FalseReadBack(7, DIGEST)), is(new StoredContent(7, DIGEST)));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void noLieIsReceived(Lies lies) throws Exception {
        for (Object lie : lies.values()) {
            byte[] sent = sent(with(lies.truth(), lies.field(), lie));
            Exception e = assertThrows(Exception.class, () -> received(sent), () -> lies + " as " + lie);
            assertThat(
                    e + " for " + lies + " as " + lie,
                    e instanceof InvalidObjectException || e instanceof ClassCastException);
        }
    }

    private static Stream<Lies> lies() {
        return LIES.stream().filter(lies -> !lies.values().isEmpty());
    }

    @Test
    void everyFieldOfEveryResultHasItsLies() throws Exception {
        Set<String> fields = new TreeSet<>();
        for (Class<?> result : resultsOfTasks()) {
            addFields(result, fields);
        }
        assertThat(
                LIES.stream()
                        .map(lies -> REAL.get(lies.truth().getClass()).getSimpleName() + "." + lies.field())
                        .collect(Collectors.toCollection(TreeSet::new)),
                is(fields));
    }

    /** A result is a record, whose constructor runs where it is received, or it only says that something was done. */
    @Test
    void everyResultIsARecordOrABoolean() throws Exception {
        List<Class<?>> others = resultsOfTasks().stream()
                .filter(result -> result != Boolean.class && !result.isRecord())
                .toList();
        assertThat(others, is(empty()));
    }

    private static void addFields(Class<?> type, Set<String> fields) {
        if (!type.isRecord()) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            fields.add(type.getSimpleName() + "." + component.getName());
            addFields(component.getType(), fields);
            if (component.getGenericType() instanceof ParameterizedType list) {
                addFields((Class<?>) list.getActualTypeArguments()[0], fields);
            }
        }
    }

    private static Set<Class<?>> resultsOfTasks() throws Exception {
        Path engine = Path.of(Backup.class.getResource("Backup.class").toURI()).getParent();
        List<Path> compiled;
        try (Stream<Path> files = Files.walk(engine)) {
            compiled = files.filter(file -> file.toString().endsWith(".class")).toList();
        }
        Set<Class<?>> results = new java.util.HashSet<>();
        for (Path file : compiled) {
            String name = engine.relativize(file).toString();
            Class<?> type = Class.forName(Backup.class.getPackageName() + "."
                    + name.substring(0, name.length() - 6).replace('/', '.'));
            if (Task.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                results.add(resultOf(type));
            }
        }
        assertThat(results, is(not(empty())));
        return results;
    }

    private static Class<?> resultOf(Class<?> task) {
        for (Type implemented : task.getGenericInterfaces()) {
            if (implemented instanceof ParameterizedType type && type.getRawType() == Task.class) {
                return (Class<?>) type.getActualTypeArguments()[0];
            }
        }
        throw new AssertionError(task + " does not say what it returns");
    }

    /** A record that its own package alone knows. */
    private static Class<?> local(String name) {
        try {
            return Class.forName(Backup.class.getPackageName() + ".store.local." + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object with(Record truth, String field, Object lie) throws Exception {
        RecordComponent[] components = truth.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = components[i].getName().equals(field)
                    ? lie
                    : components[i].getAccessor().invoke(truth);
        }
        return truth.getClass().getDeclaredConstructor(types).newInstance(values);
    }

    private static Object received(Object sent) throws IOException, ClassNotFoundException {
        return received(sent(sent));
    }

    private static Object received(byte[] sent) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(sent))) {
            return in.readObject();
        }
    }

    private static byte[] sent(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new AsTheRealOnes(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    /** Names the real records where the false ones are written. */
    private static final class AsTheRealOnes extends ObjectOutputStream {

        AsTheRealOnes(OutputStream out) throws IOException {
            super(out);
        }

        @Override
        protected void writeClassDescriptor(ObjectStreamClass description) throws IOException {
            Class<?> real = REAL.get(description.forClass());
            super.writeClassDescriptor(real == null ? description : ObjectStreamClass.lookup(real));
        }
    }

    private static List<Object> nullAnd(Object... others) {
        List<Object> lies = new ArrayList<>(List.of(others));
        lies.add(null);
        return lies;
    }

    /** What may be put into one field of a record that is true otherwise. */
    private record Lies(Record truth, String field, List<Object> values) {

        @Override
        public String toString() {
            return REAL.get(truth.getClass()).getSimpleName() + "." + field;
        }
    }
}
