package io.jenkins.plugins.pgbackup.engine.stream;

import com.github.luben.zstd.util.Native;
import io.jenkins.plugins.pgbackup.engine.machine.Task;

/** Tells whether the machine can load the library of zstd, which is there for the usual kinds of machines. */
public record LoadZstd() implements Task<Boolean> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<Boolean> resultType() {
        return Boolean.class;
    }

    @Override
    public Boolean run() {
        try {
            Native.load();
            return true;
        } catch (LinkageError e) {
            return false;
        }
    }
}
