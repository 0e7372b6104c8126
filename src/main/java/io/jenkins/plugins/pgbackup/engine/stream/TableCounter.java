package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpContents.Gap;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import java.io.Closeable;

/**
 * Counts rows and bytes of each table from a raw dump that goes by, at the dump's own snapshot and without a query.
 *
 * <p>It throws nothing: a dump that it cannot read is a dump all the same, and {@code pg_restore} is who proves it. What it
 * holds does not depend on any length that it reads.
 */
final class TableCounter implements Closeable {

    private DumpReader reader;
    private Gap gap;

    /** Reads a dump of one format; it is told of each piece of its bytes, cut anywhere. */
    sealed interface DumpReader extends Closeable permits CustomArchiveReader, TarArchiveReader, PlainDumpReader {

        void read(byte[] bytes, int length) throws UncountableException;

        /** The dump is complete. */
        DumpContents end() throws UncountableException;

        @Override
        default void close() {}
    }

    TableCounter(DumpFormat format) {
        reader = switch (format) {
            case CUSTOM -> new CustomArchiveReader();
            case TAR -> new TarArchiveReader();
            case PLAIN -> new PlainDumpReader();
        };
    }

    /** Takes the next bytes of the dump. */
    void watch(byte[] bytes, int length) {
        if (gap == null) {
            try {
                reader.read(bytes, length);
            } catch (UncountableException e) {
                giveUp(e.gap());
            } catch (RuntimeException e) {
                giveUp(Gap.UNEXPECTED);
            } catch (LinkageError e) {
                // The library of zstd is not there for every kind of machine.
                giveUp(Gap.COMPRESSION);
            }
        }
    }

    /** What there was, when all bytes have gone by. */
    DumpContents counted() {
        if (gap == null) {
            try {
                return reader.end();
            } catch (UncountableException e) {
                giveUp(e.gap());
            } catch (RuntimeException e) {
                giveUp(Gap.UNEXPECTED);
            }
        }
        return DumpContents.unknown(gap);
    }

    private void giveUp(Gap reason) {
        gap = reason;
        close();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
