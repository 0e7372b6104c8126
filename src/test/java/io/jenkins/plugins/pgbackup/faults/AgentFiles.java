package io.jenkins.plugins.pgbackup.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What lies on an agent's disk; the agent need not be there for it.
 *
 * @param root the directory that its builds work in
 */
record AgentFiles(Path root) {

    /** Unfinished files of a job, and what is in the temporary directories of its builds. */
    List<String> leftBy(String job) throws IOException {
        return below("").stream()
                .filter(file -> file.contains(job))
                .filter(file -> file.endsWith(".part") || file.contains("@tmp/"))
                .toList();
    }

    /** All paths below a directory of the workspaces. */
    List<String> below(String directory) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("workspace").resolve(directory))) {
            return files.map(Path::toString).toList();
        }
    }
}
