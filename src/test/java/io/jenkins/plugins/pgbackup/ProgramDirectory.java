package io.jenkins.plugins.pgbackup;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory of programs for a build's PATH, with shell scripts in the place of PostgreSQL's programs. */
public record ProgramDirectory(Path path) {

    /** A real program of the tests' PostgreSQL. */
    public ProgramDirectory link(String program) throws IOException {
        Files.createSymbolicLink(path.resolve(program), PostgresCluster.shared().bin(program));
        return this;
    }

    /**
     * A program that answers {@code --version} as the real one does, and is a script otherwise.
     *
     * @param script in the language of {@code sh}; {@code $real} is the real program
     */
    public ProgramDirectory script(String program, String script) throws IOException {
        Path file = path.resolve(program);
        Files.writeString(file, """
                #!/bin/sh
                PATH=/usr/bin:/bin
                real='%s'
                [ "$1" = --version ] && exec "$real" --version
                %s
                """.formatted(PostgresCluster.shared().bin(program), script));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** {@code withEnv} around a step, with these programs before all others. */
    public String before(String step) {
        return "withEnv(['PATH+PROGRAMS=" + path + "']) { " + step + " }";
    }

    /** {@code withEnv} around a step, with these programs and no others. */
    public String insteadOfAll(String step) {
        return "withEnv(['PATH=" + path + "']) { " + step + " }";
    }
}
