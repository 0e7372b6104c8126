package io.jenkins.plugins.pgbackup;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Looks for secrets where they must not be, in every spelling in which they could be there. */
public final class SecretSearch {

    /** Our own classes, and those of the plugins beside us: gigabytes that no build writes. */
    private static final Set<String> NOT_WRITTEN_BY_BUILDS = Set.of("plugins", "war");

    /** By its bytes as ISO-8859-1, which keeps every byte of every file; with the name under which it is reported. */
    private final Map<String, String> spellings = new LinkedHashMap<>();

    public SecretSearch add(String name, String secret) {
        String formEncoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        String urlEncoded = formEncoded.replace("+", "%20");
        String xml = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        add(name, "as it is", secret);
        add(name, "encoded as in a form", formEncoded);
        add(name, "encoded as in a URL", urlEncoded);
        add(name, "encoded as in a URL, in small letters", lowerCaseEscapes(urlEncoded));
        add(name, "escaped as in a password file", secret.replace("\\", "\\\\").replace(":", "\\:"));
        add(name, "escaped as in Groovy", secret.replace("\\", "\\\\").replace("'", "\\'"));
        add(name, "escaped as in JSON", secret.replace("\\", "\\\\").replace("\"", "\\\""));
        add(name, "escaped as in XML", xml.replace("'", "&apos;").replace("\"", "&quot;"));
        add(name, "quoted in a shell", secret.replace("'", "'\\''"));
        add(name, "in Base64", Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    SecretSearch addAll(String name, Collection<String> secrets) {
        secrets.forEach(secret -> add(name, secret));
        return this;
    }

    private void add(String name, String spelling, String text) {
        spellings.putIfAbsent(asBytes(text), name + " " + spelling);
    }

    /** What is found in a text. */
    public List<String> in(String text) {
        return inBytes("the text", asBytes(text));
    }

    /** What is found in the files below a directory, their names included; nothing where there is no such directory. */
    List<String> below(Path directory) throws IOException {
        List<String> found = new ArrayList<>();
        if (!Files.exists(directory)) {
            return found;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                return NOT_WRITTEN_BY_BUILDS.contains(entered.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                found.addAll(inBytes("the name of " + file, asBytes(file.toString())));
                if (attributes.isRegularFile()) {
                    found.addAll(inBytes(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1)));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException vanished) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** What is found in the arguments of every process of this machine. */
    List<String> inCommandLines() throws IOException {
        return inProcesses("cmdline");
    }

    /** What is found in the arguments and the environment of every process of this machine. */
    List<String> inProcesses() throws IOException {
        List<String> found = new ArrayList<>(inCommandLines());
        found.addAll(inProcesses("environ"));
        return found;
    }

    private List<String> inProcesses(String file) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : (Iterable<Path>) processes::iterator) {
                Path entry = process.resolve(file);
                if (Files.isReadable(entry)) {
                    found.addAll(inBytes(entry.toString(), readWhereItStillIs(entry)));
                }
            }
        }
        return found;
    }

    private static String readWhereItStillIs(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // The process has ended, or is another user's.
            return "";
        }
    }

    private List<String> inBytes(String where, String bytes) {
        return spellings.entrySet().stream()
                .filter(spelling -> bytes.contains(spelling.getKey()))
                .map(spelling -> spelling.getValue() + " in " + where)
                .toList();
    }

    private static String asBytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String lowerCaseEscapes(String urlEncoded) {
        StringBuilder lower = new StringBuilder(urlEncoded);
        for (int i = lower.indexOf("%"); i >= 0; i = lower.indexOf("%", i + 1)) {
            lower.replace(i, i + 3, lower.substring(i, i + 3).toLowerCase(Locale.ROOT));
        }
        return lower.toString();
    }
}
