package io.jenkins.plugins.pgbackup.engine.filter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes through a filter comes back from it, whatever the level of the filter that undoes it. */
class StreamFilterTest {

    static Stream<StreamFilter[]> filters() {
        return Stream.of(
                new StreamFilter[] {StreamFilter.NONE, StreamFilter.NONE},
                new StreamFilter[] {new GzipFilter(1), new GzipFilter(6)},
                new StreamFilter[] {new GzipFilter(9), new GzipFilter(6)},
                new StreamFilter[] {new ZstdFilter(1), new ZstdFilter(3)},
                new StreamFilter[] {new ZstdFilter(19), new ZstdFilter(3)});
    }

    @ParameterizedTest
    @MethodSource("filters")
    void undoesWhatItDid(StreamFilter there, StreamFilter back) throws Exception {
        byte[] dump = new byte[300_000];
        new Random(1).nextBytes(dump);
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        try (OutputStream out = there.wrap(stored)) {
            out.write(dump);
        }

        try (InputStream in = back.unwrap(new ByteArrayInputStream(stored.toByteArray()))) {
            assertArrayEquals(dump, in.readAllBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("filters")
    void isUndoneByACommandIfItHasASuffix(StreamFilter filter, StreamFilter other) {
        assertEquals(filter.suffix().isEmpty(), filter.undoCommand().isEmpty());
        assertEquals(filter.suffix(), other.suffix());
        assertEquals(filter.undoCommand(), other.undoCommand());
    }
}
