package io.jenkins.plugins.pgbackup.engine.run;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpEncoding;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.stream.LoadZstd;
import java.io.IOException;
import java.util.Optional;

/** How a dump is encoded, as far as the machine can do it: zstd around {@code pg_dump} needs a library of the machine's kind. */
public record EncodingChoice(Machine machine, BackupListener listener) {

    /**
     * Decides it.
     *
     * @param pgDump the version on the machine
     * @param fileName the name that the destination gives to the dump, if so
     * @throws BackupException if zstd was requested and cannot be had
     */
    public DumpEncoding of(DumpOptions options, PostgresVersion pgDump, Optional<String> fileName)
            throws IOException, InterruptedException {
        DumpEncoding wanted = options.encoding(pgDump, fileName);
        if (wanted.stream().method() != Compression.Method.ZSTD || machine.call(new LoadZstd())) {
            return wanted;
        }
        DumpEncoding other = options.encodingWithoutZstd(pgDump, fileName)
                .orElseThrow(() -> new BackupException("The library of zstd cannot be loaded on " + machine.name()
                        + ": leave the compression out, or write gzip."));
        listener.onNotice("The library of zstd cannot be loaded on " + machine.name()
                + ": the dump is compressed with gzip, which takes longer.");
        return other;
    }
}
