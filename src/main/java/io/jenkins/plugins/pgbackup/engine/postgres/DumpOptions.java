package io.jenkins.plugins.pgbackup.engine.postgres;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.text.Quoted;
import io.jenkins.plugins.pgbackup.engine.text.ShellWord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is dumped and how.
 *
 * @param format {@code null} to follow the file's name where a person gave it one, else custom
 * @param schemas patterns of {@code pg_dump --schema}; empty for all
 * @param tables patterns of {@code pg_dump --table}; empty for all
 * @param extraOptions further options of {@code pg_dump}; see {@link ExtraOptions}
 * @param lockWaitTimeout how long {@code pg_dump} waits for a table's lock at the start; zero to wait for ever
 */
public record DumpOptions(
        DumpFormat format,
        Compression compression,
        List<String> schemas,
        List<String> excludeSchemas,
        List<String> tables,
        List<String> excludeTables,
        boolean schemaOnly,
        boolean dataOnly,
        boolean noOwner,
        boolean noPrivileges,
        List<String> extraOptions,
        Duration lockWaitTimeout) {

    private static final PostgresVersion CLIENT_THAT_KNOWS_ALL = PostgresVersion.ofServerNumber(180000);

    /** What {@link #selection} says where nothing is chosen. */
    public static final String WHOLE_DATABASE = "all";

    /** @throws InvalidInputException if the options contradict each other, or one of them is invalid */
    public DumpOptions {
        schemas = patterns("schema", schemas);
        excludeSchemas = patterns("schema to exclude", excludeSchemas);
        tables = patterns("table", tables);
        excludeTables = patterns("table to exclude", excludeTables);
        extraOptions = ExtraOptions.checked(extraOptions);
        if (schemaOnly && dataOnly) {
            throw new InvalidInputException(
                    "Schema only and data only exclude each other: choose one, or none to dump both.");
        }
        // a server setting in milliseconds (statement_timeout), which switches itself off at 0
        if (lockWaitTimeout.isNegative()
                || !lockWaitTimeout.isZero() && lockWaitTimeout.toMillis() == 0
                || lockWaitTimeout.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
            throw new InvalidInputException(
                    "The timeout for locks is from 1 millisecond to 24 days, or 0 to wait for ever.");
        }
    }

    private static List<String> patterns(String what, List<String> patterns) {
        for (String pattern : patterns) {
            if (pattern.isBlank()) {
                throw new InvalidInputException("The name of a " + what + " is empty: write a name or a pattern.");
            }
            if (pattern.chars().anyMatch(c -> c == 0 || c == '\n' || c == '\r')) {
                throw new InvalidInputException("The name of the " + what + " " + Quoted.of(pattern)
                        + " contains a line break or a NUL character: give each name as an element of its own.");
            }
        }
        return List.copyOf(patterns);
    }

    /** Decides the dump's encoding; see {@link DumpEncoding#of}. */
    public DumpEncoding encoding(PostgresVersion client, Optional<String> fileName) {
        return DumpEncoding.of(format, compression, client, fileName);
    }

    /** The encoding where zstd cannot be had around {@code pg_dump}; empty if it was requested, be it by the file name. */
    public Optional<DumpEncoding> encodingWithoutZstd(PostgresVersion client, Optional<String> fileName) {
        return compression.method() == Compression.Method.AUTO && fileName.isEmpty()
                ? Optional.of(DumpEncoding.of(format, DumpEncoding.AUTO_GZIP, client, fileName))
                : Optional.empty();
    }

    /**
     * Refuses a file whose name contradicts these options whatever the client, before its version is known. A name
     * that has no suffix passes: it may be that of a directory.
     *
     * @param path ends in a slash where it is a directory
     * @throws InvalidInputException as {@link DumpEncoding#of}
     */
    public void checkPath(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.indexOf('.') > 0) {
            encoding(CLIENT_THAT_KNOWS_ALL, Optional.of(name));
        }
    }

    /**
     * The arguments of {@code pg_dump}, without the program's name and without the password.
     *
     * <p>Each option is one token with its value, so that a pattern may begin with a dash. The output is not synced: it
     * is a pipe, which cannot be (pg_dump would fail after its last byte), or its reader makes it durable.
     *
     * @param encoding as {@link #encoding} decided it
     * @param client the version of {@code pg_dump}
     * @param names what the database says of {@link #patterns()}
     * @param file where {@code pg_dump} writes to
     */
    public List<String> arguments(
            DumpEncoding encoding, PostgresVersion client, PostgresUrl url, NameFacts names, String file) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--no-password");
        arguments.add(encoding.format().argument());
        arguments.add("--compress=" + encoding.pgDumpCompress());
        if (client.hasNoSync()) {
            arguments.add("--no-sync");
        }
        if (!lockWaitTimeout.isZero()) {
            arguments.add("--lock-wait-timeout=" + lockWaitTimeout.toMillis());
        }
        if (client.hasStrictNames()) {
            arguments.add("--strict-names");
        }
        ownPatterns().forEach(pattern -> arguments.add(pattern.argument(names.characters())));
        addIf(schemaOnly, "--schema-only", arguments);
        addIf(dataOnly, "--data-only", arguments);
        addIf(noOwner, "--no-owner", arguments);
        addIf(noPrivileges, "--no-privileges", arguments);
        arguments.add("--file=" + file);
        arguments.add("--dbname=" + url.toConnectionString());
        // last: an option that lacks its value must not find one of ours behind it
        for (String option : extraOptions) {
            arguments.add(ExtraOptions.pattern(option)
                    .map(pattern -> pattern.argument(names.characters()))
                    .orElse(option));
        }
        return arguments;
    }

    /** Every pattern that says what is dumped and what is not, those of the extra options included. */
    public List<NamePattern> patterns() {
        return Stream.concat(
                        ownPatterns(), extraOptions.stream().flatMap(option -> ExtraOptions.pattern(option).stream()))
                .toList();
    }

    private Stream<NamePattern> ownPatterns() {
        return Stream.of(
                        patterns("--schema=", NamePattern.Kind.SCHEMA, false, schemas),
                        patterns("--exclude-schema=", NamePattern.Kind.SCHEMA, true, excludeSchemas),
                        patterns("--table=", NamePattern.Kind.TABLE, false, tables),
                        patterns("--exclude-table=", NamePattern.Kind.TABLE, true, excludeTables))
                .flatMap(stream -> stream);
    }

    /**
     * What of the database is dumped, as a person writes the options of {@code pg_dump}: dumps with the same text can stand for
     * one another.
     */
    public String selection() {
        List<String> chosen = new ArrayList<>();
        ownPatterns().forEach(pattern -> chosen.add(pattern.option() + pattern.text()));
        addIf(schemaOnly, "--schema-only", chosen);
        addIf(dataOnly, "--data-only", chosen);
        addIf(noOwner, "--no-owner", chosen);
        addIf(noPrivileges, "--no-privileges", chosen);
        chosen.addAll(extraOptions);
        return chosen.isEmpty()
                ? WHOLE_DATABASE
                : chosen.stream().map(ShellWord::quote).collect(Collectors.joining(" "));
    }

    private static Stream<NamePattern> patterns(
            String option, NamePattern.Kind kind, boolean excludes, List<String> texts) {
        return texts.stream().map(text -> new NamePattern(option, kind, excludes, text));
    }

    /** A sentence of {@code pg_dump} that repeats what it was handed, with the patterns as a person wrote them. */
    public String withPatternsAsWritten(String sentence, NameFacts names) {
        String written = sentence;
        for (NamePattern pattern : patterns()) {
            String handedOver = pattern.argument(names.characters())
                    .substring(pattern.option().length());
            written = written.replace(handedOver, pattern.text());
        }
        return written;
    }

    /**
     * Whether large objects are left out though nothing was said about them: {@code pg_dump} does so where schemas, tables or
     * extensions are chosen (pg_dump, {@code --large-objects}).
     */
    public boolean leavesLargeObjectsOut() {
        return patterns().stream()
                        .anyMatch(pattern -> !pattern.excludes() && pattern.kind() != NamePattern.Kind.FOREIGN_SERVER)
                && !schemaOnly
                && extraOptions.stream().noneMatch(ExtraOptions::isOnLargeObjects);
    }

    /**
     * Whether the dump may hold {@code CREATE SCHEMA public}. {@code pg_dump} writes it where schemas are chosen by name, and
     * leaves it out of a dump of the whole database, as every new one has that schema. In doubt it may.
     */
    public boolean createsPublicSchema() {
        return !dataOnly
                && (patterns().stream().anyMatch(DumpOptions::mayChoosePublic)
                        || extraOptions.stream().anyMatch(option -> option.startsWith("--fi"))); // --filter=FILE
    }

    /** What is neither a pattern nor quoted is a name, whatever its case (psql, Patterns). */
    private static boolean mayChoosePublic(NamePattern pattern) {
        return pattern.kind() == NamePattern.Kind.SCHEMA
                && !pattern.excludes()
                && (pattern.text().equalsIgnoreCase("public") || !pattern.text().matches("[\\w-]+"));
    }

    private static void addIf(boolean wanted, String option, List<String> arguments) {
        if (wanted) {
            arguments.add(option);
        }
    }
}
