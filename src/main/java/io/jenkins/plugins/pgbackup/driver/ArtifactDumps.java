package io.jenkins.plugins.pgbackup.driver;

import hudson.model.Run;
import hudson.remoting.RemoteInputStream;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.store.DumpSource;
import io.jenkins.plugins.pgbackup.engine.store.StoredDumps;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jenkins.util.VirtualFile;

/** The dumps among the artifacts of a build. They are where Jenkins keeps artifacts, and come to the agent from there. */
record ArtifactDumps(Run<?, ?> build, VirtualFile root) implements StoredDumps {

    @Override
    public List<StoredFile> list() throws IOException {
        List<StoredFile> files = new ArrayList<>();
        for (VirtualFile file : root.list()) {
            if (file.isFile()) {
                files.add(new StoredFile(file.getName(), file.length(), Instant.ofEpochMilli(file.lastModified())));
            }
        }
        return files;
    }

    @Override
    public DumpSource source(String fileName) {
        return new Artifact(build.getFullDisplayName() + ": " + fileName, root.child(fileName), null);
    }

    /**
     * One artifact.
     *
     * @param file as the controller has it, or {@code null} on an agent
     * @param stream the same, opened for an agent, or {@code null} on the controller
     */
    private record Artifact(String uri, VirtualFile file, InputStream stream) implements DumpSource {

        @Override
        public InputStream open() throws IOException {
            if (stream != null) {
                return stream;
            }
            if (!file.isFile()) {
                throw new FileNotFoundException(uri);
            }
            return file.open();
        }

        @Override
        public DumpSource exportedTo(Machine machine) throws IOException {
            return new Artifact(uri, null, new RemoteInputStream(open(), RemoteInputStream.Flag.GREEDY));
        }
    }
}
