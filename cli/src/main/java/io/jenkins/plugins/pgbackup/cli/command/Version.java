package io.jenkins.plugins.pgbackup.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which {@code pgbackup} this is. */
final class Version implements IVersionProvider {

    /** The name and the version that the build was given: a release, a commit, or {@code unknown}. */
    static final String TOOL = "pgbackup " + version();

    private static String version() {
        Properties properties = new Properties();
        try (InputStream file = Version.class.getResourceAsStream("version.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    @Override
    public String[] getVersion() {
        return new String[] {TOOL};
    }
}
