package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Copies the list of what is in an archive, as {@code pg_restore --list} writes it and {@code pg_restore --use-list} reads it,
 * without the schema {@code public} itself. {@code pg_dump --schema=public} puts {@code CREATE SCHEMA public} into a dump,
 * though every new database has that schema; in a dump of the whole database it counts on that.
 *
 * @param list the path of the list
 * @param copy the path of a new file
 */
public record ArchiveList(String list, String copy) implements Task<Boolean> {

    /** Number, catalog, object identifier, kind. Grants on the schema are entries of their own. */
    private static final Pattern PUBLIC_SCHEMA =
            Pattern.compile("\\d+; \\d+ \\d+ (?:SCHEMA - public|COMMENT - SCHEMA public)(?: .*)?");

    @Override
    public Class<Boolean> resultType() {
        return Boolean.class;
    }

    /** @return whether anything was left out */
    @Override
    public Boolean run() throws IOException {
        // Each byte a character: names are in the encoding of the database.
        List<String> all = Files.readAllLines(Path.of(list), StandardCharsets.ISO_8859_1);
        List<String> kept = all.stream()
                .filter(line -> !PUBLIC_SCHEMA.matcher(line).matches())
                .toList();
        Files.write(Path.of(copy), kept, StandardCharsets.ISO_8859_1);
        return kept.size() < all.size();
    }
}
