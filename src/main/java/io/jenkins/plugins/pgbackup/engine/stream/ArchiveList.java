package io.jenkins.plugins.pgbackup.engine.stream;

import io.jenkins.plugins.pgbackup.engine.machine.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The list that {@code pg_restore --list} writes of an archive, and {@code pg_restore --use-list} reads.
 *
 * <p>{@code pg_dump --schema=public} puts {@code CREATE SCHEMA public} into a dump, though every new database has that schema. A
 * dump of the whole database may have an entry of the same name, which only changes the owner, and a comment on it. The list does
 * not tell the two apart; the SQL of the entries does.
 */
public final class ArchiveList {

    /** Number, catalog, object identifier, kind. Grants on the schema are entries of their own. */
    private static final Pattern SCHEMA = Pattern.compile("\\d+; \\d+ \\d+ SCHEMA - public(?: .*)?");

    private static final Pattern COMMENT = Pattern.compile("\\d+; \\d+ \\d+ COMMENT - SCHEMA public(?: .*)?");

    private ArchiveList() {}

    /**
     * A task that copies the entries of the schema {@code public} and of its comment alone.
     *
     * @param list the path of the list
     * @param copy the path of a new file
     * @return a task that returns whether there is one of the schema
     */
    public static Task<Boolean> ofPublicSchema(String list, String copy) {
        return new OfPublicSchema(list, copy);
    }

    /**
     * A task that copies the list without what creates the schema {@code public}, and without the comment that every new
     * database has on it.
     *
     * @param list the path of the list
     * @param script the path of the SQL of {@link #ofPublicSchema}
     * @param copy the path of a new file
     * @return a task that returns whether anything was left out
     */
    public static Task<Boolean> withoutCreationOfPublicSchema(String list, String script, String copy) {
        return new WithoutCreationOfPublicSchema(list, script, copy);
    }

    private record OfPublicSchema(String list, String copy) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            List<String> kept = read(list).stream()
                    .filter(line -> SCHEMA.matcher(line).matches()
                            || COMMENT.matcher(line).matches())
                    .toList();
            write(copy, kept);
            return kept.stream().anyMatch(line -> SCHEMA.matcher(line).matches());
        }
    }

    private record WithoutCreationOfPublicSchema(String list, String script, String copy) implements Task<Boolean> {

        @Override
        public Class<Boolean> resultType() {
            return Boolean.class;
        }

        @Override
        public Boolean run() throws IOException {
            List<String> statements = read(script);
            if (!statements.contains(PsqlScript.CREATE_PUBLIC_SCHEMA)) {
                return false;
            }
            boolean usualComment = statements.contains(PsqlScript.COMMENT_ON_PUBLIC_SCHEMA);
            write(
                    copy,
                    read(list).stream()
                            .filter(line -> !SCHEMA.matcher(line).matches())
                            .filter(line ->
                                    !usualComment || !COMMENT.matcher(line).matches())
                            .toList());
            return true;
        }
    }

    /** Each byte a character: names are in the encoding of the database. */
    private static List<String> read(String path) throws IOException {
        return Files.readAllLines(Path.of(path), StandardCharsets.ISO_8859_1);
    }

    private static void write(String path, List<String> lines) throws IOException {
        Files.write(Path.of(path), lines, StandardCharsets.ISO_8859_1);
    }
}
