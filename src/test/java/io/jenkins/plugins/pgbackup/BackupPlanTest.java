package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import hudson.EnvVars;
import io.jenkins.plugins.pgbackup.engine.BackupDefaults;
import io.jenkins.plugins.pgbackup.engine.postgres.Compression;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpFormat;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptions;
import io.jenkins.plugins.pgbackup.engine.postgres.DumpOptionsBuilder;
import io.jenkins.plugins.pgbackup.engine.proof.Verification;
import io.jenkins.plugins.pgbackup.settings.BackupSettings;
import io.jenkins.plugins.pgbackup.settings.DumpSection;
import io.jenkins.plugins.pgbackup.settings.KeepSection;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import io.jenkins.plugins.pgbackup.settings.Variables;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kohsuke.stapler.DataBoundSetter;

/** Every argument reaches the backup, in a freestyle job with the values of variables in it. */
class BackupPlanTest {

    /** What has no text of its own: names of what Jenkins knows, and what the form offers as a choice. */
    private static final Set<String> NOT_EXPANDED =
            Set.of("driver", "credentialsId", "awsCredentialsId", "verify", "sse", "profile");

    /** What a text must be to be valid; any other text may be "x". */
    private static final Map<String, String> VALID = Map.ofEntries(
            Map.entry("url", "postgresql://db.example.com/shop"),
            Map.entry("driver", "local"),
            Map.entry("destination", "backups/"),
            Map.entry("verify", "full"),
            Map.entry("format", "tar"),
            Map.entry("compression", "gzip:9"),
            Map.entry("extraOptions", "--no-comments"),
            Map.entry("endpoint", "https://minio.example.com"),
            Map.entry("sse", "aws:kms"),
            Map.entry("tags", "a=b"),
            Map.entry("within", "30d"),
            Map.entry("timezone", "Europe/Berlin"),
            Map.entry("build", "job#1"));

    /** A new setting must be expanded, or be added to those that are not. */
    @Test
    void everyTextIsExpandedButThoseNamedHere() throws Exception {
        Set<String> texts = new TreeSet<>(Set.of("url"));
        PgBackupBuilder step = new PgBackupBuilder(text("url"));
        DumpSection dump = new DumpSection();
        S3Section s3 = new S3Section();
        KeepSection keep = new KeepSection();
        fill(step, texts);
        fill(dump, texts);
        fill(s3, texts);
        fill(keep, texts);
        step.setDump(dump);
        step.setS3(s3);
        step.setKeep(keep);
        // It has no profile; the settings of one are those of the step.
        step.setProfile(null);
        Set<String> expanded = new TreeSet<>();

        BackupPlan.of(step, null, Variables.of(recording(expanded)));

        assertThat(expandable(expanded, texts), is(expandable(texts, texts)));
    }

    /** Variables of any name, each with a valid value. */
    static EnvVars recording(Set<String> queried) {
        return new EnvVars() {
            @Override
            public String get(Object name) {
                queried.add((String) name);
                return VALID.getOrDefault(name, "x");
            }
        };
    }

    /** Those of the names that are settings with a text of their own. */
    static Set<String> expandable(Set<String> names, Set<String> settings) {
        Set<String> expandable = new TreeSet<>(names);
        expandable.retainAll(settings);
        expandable.removeAll(NOT_EXPANDED);
        return expandable;
    }

    /** Puts a variable of its own name into each text and each list, and adds their names. */
    static void fill(Object settings, Set<String> texts) throws Exception {
        for (Method setter : settings.getClass().getMethods()) {
            if (setter.isAnnotationPresent(DataBoundSetter.class)) {
                String name = Character.toLowerCase(setter.getName().charAt(3))
                        + setter.getName().substring(4);
                Class<?> type = setter.getParameterTypes()[0];
                if (type == String.class || type == List.class) {
                    setter.invoke(settings, type == String.class ? text(name) : List.of(text(name)));
                    texts.add(name);
                }
            }
        }
    }

    static String text(String name) {
        return NOT_EXPANDED.contains(name) ? VALID.getOrDefault(name, "x") : "${" + name + "}";
    }

    private static PgBackupStep step() {
        PgBackupStep step = new PgBackupStep("postgresql://h/d");
        step.setDriver("local");
        step.setDestination("backups/");
        return step;
    }

    private static PgBackupBuilder builder() {
        PgBackupBuilder step = new PgBackupBuilder("postgresql://h/d");
        step.setDriver("local");
        step.setDestination("backups/");
        return step;
    }

    @Test
    void aValueOfSeveralLinesIsSeveralNames() throws Exception {
        PgBackupBuilder step = builder();
        DumpSection dump = new DumpSection();
        dump.setTables(List.of("$TABLES", "c"));
        step.setDump(dump);

        BackupPlan plan = BackupPlan.of(step, null, Variables.of(Map.of("TABLES", "a\n\n b ")));

        assertThat(plan.options().tables(), is(List.of("a", "b", "c")));
    }

    @Test
    void everyOptionIsAskedFor() throws Exception {
        PgBackupStep step = step();
        DumpSection dump = new DumpSection();
        dump.setFormat("tar");
        dump.setCompression("gzip:9");
        dump.setSchemas(List.of("s1", "$s2"));
        dump.setExcludeSchemas(List.of("x"));
        dump.setTables(List.of("t"));
        dump.setExcludeTables(List.of("y"));
        dump.setSchemaOnly(true);
        dump.setNoOwner(true);
        dump.setNoPrivileges(true);
        dump.setExtraOptions(List.of("--no-comments"));
        step.setDump(dump);
        step.setVerify("reread");
        step.setFileName("${job}");
        step.setLockWaitTimeout(7);
        step.setStallTimeout(0);

        BackupPlan plan = BackupPlan.of(step, null, Variables.NONE);

        assertThat(
                plan.options(),
                is(new DumpOptions(
                        DumpFormat.TAR,
                        Compression.gzip(9),
                        List.of("s1", "$s2"),
                        List.of("x"),
                        List.of("t"),
                        List.of("y"),
                        true,
                        false,
                        true,
                        true,
                        List.of("--no-comments"),
                        Duration.ofSeconds(7))));
        assertThat(plan.verification(), is(Verification.REREAD));
        assertThat(plan.fileName(), is("${job}"));
        assertThat(plan.stallTimeout(), is(Duration.ZERO));
    }

    @Test
    void bothDoorsHaveTheEnginesDefaults() throws Exception {
        for (BackupSettings door : List.of(step(), builder())) {
            BackupPlan plan = BackupPlan.of(door, null, Variables.NONE);

            assertThat(plan.options(), is(new DumpOptionsBuilder().build()));
            assertThat(plan.fileName(), is(BackupDefaults.FILE_NAME));
            assertThat(plan.verification(), is(BackupDefaults.VERIFICATION));
            assertThat(plan.stallTimeout(), is(Duration.ofSeconds(BackupDefaults.STALL_SECONDS)));
        }
    }

    /** The help's numbers, which nothing puts in. */
    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        PgBackupStep/help-lockWaitTimeout.html -> Default and empty: 300
        PgBackupStep/help-stallTimeout.html -> Default and empty: 600
        PgBackupStep/help-verify.html -> <code>full</code>, the default
        PgBackupStep/help-fileName.html -> Empty: <code>${database}-${timestamp}</code>
        settings/DumpSection/help-compression.html -> Empty: <code>auto</code>
        """)
    void theHelpNamesTheDefaults(String file, String words) throws Exception {
        try (InputStream help = BackupPlan.class.getResourceAsStream(file)) {
            assertThat(new String(help.readAllBytes(), StandardCharsets.UTF_8), containsString(words));
        }
        assertThat(
                List.of("300", "600", "full", "${database}-${timestamp}", "auto"),
                is(List.of(
                        String.valueOf(BackupDefaults.LOCK_WAIT_SECONDS),
                        String.valueOf(BackupDefaults.STALL_SECONDS),
                        BackupDefaults.VERIFICATION.id(),
                        BackupDefaults.FILE_NAME,
                        BackupDefaults.COMPRESSION.toString())));
    }
}
