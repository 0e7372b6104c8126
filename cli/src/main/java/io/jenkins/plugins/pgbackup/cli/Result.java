package io.jenkins.plugins.pgbackup.cli;

import java.util.List;

/** What a command has to say in the end, for people and for programs. */
interface Result {

    List<String> lines();

    /** With a line feed at the end. */
    String json();
}
