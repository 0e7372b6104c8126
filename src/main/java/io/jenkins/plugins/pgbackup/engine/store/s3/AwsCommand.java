package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.text.ShellWord;

/** A command of the AWS command line, for people to copy into a POSIX shell. */
final class AwsCommand {

    private final StringBuilder command;

    private AwsCommand(String beginning) {
        this.command = new StringBuilder(beginning);
    }

    /** Begins a command that goes to the same region and server. */
    static AwsCommand in(S3Settings settings, String beginning) {
        AwsCommand command = new AwsCommand(beginning);
        if (settings.region() != null) {
            command.option("region", settings.region());
        }
        if (settings.endpoint() != null) {
            command.option("endpoint-url", settings.endpoint());
        }
        return command;
    }

    AwsCommand option(String name, String value) {
        // With "=" where the value would be taken for another option.
        command.append(" --")
                .append(name)
                .append(value.startsWith("-") ? '=' : ' ')
                .append(ShellWord.quote(value));
        return this;
    }

    AwsCommand word(String word) {
        command.append(' ').append(ShellWord.quote(word));
        return this;
    }

    @Override
    public String toString() {
        return command.toString();
    }
}
