package io.jenkins.plugins.pgbackup.engine.postgres;

import static io.jenkins.plugins.pgbackup.engine.postgres.FailureCause.cause;

import java.util.List;

/** What goes wrong wherever a program runs: its connection breaks, its machine has no room, its input is none. */
final class CommonCauses {

    static final List<FailureCause> ALL = List.of(
            cause(
                    "server closed the connection unexpectedly|connection to server was lost|Connection reset by peer"
                            + "|SSL connection has been closed unexpectedly|SSL SYSCALL error: EOF detected"
                            + "|no connection to the server",
                    "lost its connection to ${host}: look into the server's log for a crash or restart,"
                            + " and for what cuts long connections on the way"),
            cause(
                    "unrecognized configuration parameter \"(.*?)\"",
                    "needs the setting $1, which functions of the database read and the session does not have:"
                            + " ALTER DATABASE … SET $1 to a value first"),
            cause("out of memory", "ran out of memory: give ${machine} or the server more"),
            // writing
            cause(
                    "(?:ERROR|FATAL|PANIC):  could not .*: (No space left on device|Disk quota exceeded)",
                    "stopped because the server has no room on its disk ($1):"
                            + " free space on the server, not on ${machine}"),
            cause(
                    "No space left on device|Disk quota exceeded",
                    "found no room for the dump on ${machine}: free space where it is written"),
            cause(
                    "could not write to output file: Broken pipe",
                    "was stopped because nothing read its output any more: look for what failed before it"),
            // options
            cause(
                    "does not support compression with (\\S+)|invalid value \"(?:zstd|lz4).*\" for option -Z",
                    "cannot compress that way in the build that ${machine} has: write compression gzip or none,"
                            + " or install another build"),
            cause(
                    "(?:un(?:recognized|known)|invalid|illegal) (?:option|section name)|requires an argument|doesn't allow an"
                            + " argument|is ambiguous",
                    "does not know an option, or not so: check the extra options against the version on ${machine}"),
            cause("cannot be used together", "cannot combine two of the options: leave one of them out"),
            cause(
                    "invalid URI query parameter: \"(.*?)\"|invalid connection option \"(.*?)\"",
                    "is too old for one of the URL's parameters:"
                            + " leave it out, or install a newer client on ${machine}"),
            cause("invalid (\\S+) value: \"", "does not know the value of $1 in the URL: correct it"),
            // an archive
            cause(
                    "unsupported version \\(.*\\) in file header",
                    "is too old for the dump:"
                            + " install the PostgreSQL client that made it, or a newer one, on ${machine}"),
            cause(
                    "could not read from input file|could not uncompress data|could not decompress data"
                            + "|input file does not appear to be a valid|did not find magic string in file header"
                            + "|unexpected end of file|corrupt tar header",
                    "found the dump damaged or cut off: do not rely on it, and run the backup again"),
            cause(
                    "a worker process died unexpectedly",
                    "lost one of its own processes: look for what it said before, and whether memory ran out on"
                            + " ${machine}"));

    private CommonCauses() {}
}
