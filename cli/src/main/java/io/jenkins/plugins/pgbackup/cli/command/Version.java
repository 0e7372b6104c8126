package io.jenkins.plugins.pgbackup.cli.command;

import picocli.CommandLine.IVersionProvider;

/** Which {@code pgbackup} this is. */
final class Version implements IVersionProvider {

    /** {@code pgbackup 1.2}; the number is in the jar's manifest, and classes that are in no jar have none. */
    static final String TOOL = "pgbackup " + number();

    private static String number() {
        String number = Version.class.getPackage().getImplementationVersion();
        return number == null ? "unreleased" : number;
    }

    @Override
    public String[] getVersion() {
        return new String[] {TOOL};
    }
}
