package io.jenkins.plugins.pgbackup.engine.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.InvalidInputException;

/**
 * What is in the file that {@code PGPASSFILE} names (libpq, 34.16 The Password File): one line with one password for
 * whatever libpq connects to. libpq ignores the file when its group or others may read it, and does not look at it when
 * {@code PGPASSWORD} is set to more than nothing.
 *
 * <p>Not serializable: it is made where the password is known, and its bytes are written where they are needed.
 */
public final class Passfile {

    private final String password;

    private Passfile(String password) {
        this.password = password;
    }

    /** @throws InvalidInputException for a password that no password file can hold */
    public static Passfile of(String password) {
        if (password.isEmpty()) {
            throw new InvalidInputException(
                    "The database password is empty: fill it in, or use no password where the server wants none.");
        }
        if (password.indexOf('\n') >= 0 || password.indexOf('\0') >= 0) {
            throw new InvalidInputException("The database password contains a line break or a NUL character,"
                    + " which no password file can hold: enter it again without, or change it.");
        }
        if (password.endsWith("\r")) { // libpq takes it for part of the line's end, and nothing escapes it
            throw new InvalidInputException(
                    "The database password ends in a carriage return, which libpq would cut off:"
                            + " enter it again without.");
        }
        if (!UTF_8.newEncoder().canEncode(password)) {
            throw new InvalidInputException("The database password contains half of a character: enter it again.");
        }
        return new Passfile(password);
    }

    /** The file's bytes. */
    public byte[] toBytes() {
        return ("*:*:*:*:" + escaped(password) + "\n").getBytes(UTF_8);
    }

    /** How a password stands in the file: another form that must not show in a log. */
    public static String escaped(String password) {
        return password.replace("\\", "\\\\").replace(":", "\\:");
    }

    @Override
    public String toString() {
        return "Passfile[****]";
    }
}
