package io.jenkins.plugins.pgbackup.engine.store.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An absolute path of a machine, taken apart as text: the machine may run another system than this one.
 *
 * <p>Its form says which system's rules hold: a path that begins with {@code /} is one of Unix, {@code C:\} and
 * {@code \\server\share\} are of Windows, where {@code /} separates names as well. {@code .} and {@code ..} are resolved as they
 * are written, whatever links there are on the machine.
 *
 * @param root {@code /}, {@code C:\} or {@code \\server\share\}
 * @param names the names below it, in order
 */
record MachinePath(String root, List<String> names) {

    private static final String UNIX_ROOT = "/";
    private static final Pattern DRIVE = Pattern.compile("([A-Za-z]:)[/\\\\]");
    private static final Pattern DRIVE_WITHOUT_ROOT = Pattern.compile("[A-Za-z]:(?![/\\\\]).*", Pattern.DOTALL);
    private static final Pattern SHARE = Pattern.compile("[/\\\\]{2}([^/\\\\]+)[/\\\\]+([^/\\\\]+)(?:[/\\\\]|\\z)");
    private static final Pattern UNIX_SEPARATOR = Pattern.compile("/");
    private static final Pattern WINDOWS_SEPARATOR = Pattern.compile("[/\\\\]");

    MachinePath {
        names = List.copyOf(names);
    }

    /** Takes an absolute path apart; empty if the text is none. */
    static Optional<MachinePath> parse(String text) {
        return text.startsWith(UNIX_ROOT)
                ? Optional.of(new MachinePath(UNIX_ROOT, List.of()).below(text))
                : parseOnWindows(text);
    }

    private static Optional<MachinePath> parseOnWindows(String text) {
        Matcher drive = DRIVE.matcher(text);
        if (drive.lookingAt()) {
            return Optional.of(new MachinePath(drive.group(1) + '\\', List.of()).below(text.substring(drive.end())));
        }
        Matcher share = SHARE.matcher(text);
        if (share.lookingAt()) {
            String root = "\\\\" + share.group(1) + '\\' + share.group(2) + '\\';
            return Optional.of(new MachinePath(root, List.of()).below(text.substring(share.end())));
        }
        return Optional.empty();
    }

    boolean isOnWindows() {
        return !root.equals(UNIX_ROOT);
    }

    /** Whether a text names its place without regard to this path. */
    boolean isAbsolute(String text) {
        return isOnWindows() ? parseOnWindows(text).isPresent() : text.startsWith(UNIX_ROOT);
    }

    /**
     * What a text means where this path is the current directory; empty if it has a drive, but says by no separator behind it
     * where on that drive it starts.
     */
    Optional<MachinePath> resolve(String text) {
        if (isAbsolute(text)) {
            return isOnWindows() ? parseOnWindows(text) : parse(text);
        }
        if (isOnWindows() && DRIVE_WITHOUT_ROOT.matcher(text).matches()) {
            return Optional.empty();
        }
        boolean fromRoot = separator().matcher(text).lookingAt();
        return Optional.of((fromRoot ? new MachinePath(root, List.of()) : this).below(text));
    }

    /** Whether a text can only mean a directory: it ends in a separator, in {@code .} or in {@code ..}. */
    boolean saysDirectory(String text) {
        String[] written = separator().split(text, -1);
        return List.of("", ".", "..").contains(written[written.length - 1]);
    }

    /** Whether it is that path or lies below it. */
    boolean isIn(MachinePath other) {
        if (!same(root, other.root) || names.size() < other.names.size()) {
            return false;
        }
        for (int i = 0; i < other.names.size(); i++) {
            if (!same(names.get(i), other.names.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The last of its names; empty if it is a root. */
    Optional<String> name() {
        return names.isEmpty() ? Optional.empty() : Optional.of(names.get(names.size() - 1));
    }

    /** The directory that holds it; a root is its own. */
    MachinePath parent() {
        return names.isEmpty() ? this : new MachinePath(root, names.subList(0, names.size() - 1));
    }

    /** The path of a file in it, as the machine writes it. */
    String file(String name) {
        return names.isEmpty() ? root + name : this + (isOnWindows() ? "\\" : UNIX_ROOT) + name;
    }

    private MachinePath below(String relative) {
        List<String> all = new ArrayList<>(names);
        for (String name : separator().split(relative)) {
            if (name.equals("..")) {
                all = all.subList(0, Math.max(0, all.size() - 1));
            } else if (!name.isEmpty() && !name.equals(".")) {
                all.add(name);
            }
        }
        return new MachinePath(root, all);
    }

    private Pattern separator() {
        return isOnWindows() ? WINDOWS_SEPARATOR : UNIX_SEPARATOR;
    }

    private boolean same(String one, String other) {
        return isOnWindows() ? one.equalsIgnoreCase(other) : one.equals(other);
    }

    /** As the machine writes it. */
    @Override
    public String toString() {
        return root + String.join(isOnWindows() ? "\\" : UNIX_ROOT, names);
    }
}
