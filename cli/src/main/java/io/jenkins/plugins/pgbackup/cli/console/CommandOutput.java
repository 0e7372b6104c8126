package io.jenkins.plugins.pgbackup.cli.console;

import java.util.List;

/** What a command has to say in the end, for people and for programs. */
interface CommandOutput {

    List<String> lines();

    /** With a line feed at the end. */
    String json();
}
