package io.jenkins.plugins.pgbackup.engine.postgres;

import static io.jenkins.plugins.pgbackup.engine.postgres.ClientEnvironment.Inherited.ALWAYS;
import static io.jenkins.plugins.pgbackup.engine.postgres.ClientEnvironment.Inherited.FROM_CALLER;
import static io.jenkins.plugins.pgbackup.engine.postgres.ClientEnvironment.Inherited.MESSAGES;
import static io.jenkins.plugins.pgbackup.engine.postgres.ClientEnvironment.Inherited.NEVER;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the environment does to a real {@code psql}, and what it does once {@link ClientEnvironment} has changed it. */
class ClientEnvironmentTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();

    /** What a session shows of where it is and how it was made. */
    private static final String SESSION = "select current_user, current_database(), inet_server_port(),"
            + " current_setting('application_name'), current_setting('client_encoding'), current_setting('DateStyle'),"
            + " current_setting('TimeZone'), current_setting('geqo'), current_setting('statement_timeout')";

    private static final String GOOD = CLUSTER.urlWithoutPassword("postgres");

    @TempDir
    private static Path directory;

    /** Variables that change what a psql of version 15 does. */
    private record Effect(String variable, String url, Map<String, String> environment) {

        Effect(String variable, String url, String value) {
            this(variable, url, Map.of(variable, value));
        }

        @Override
        public String toString() {
            return environment + " " + url;
        }
    }

    /**
     * Which this {@code psql} does not read, or not without translations, Kerberos or a certificate authority: there is only
     * that it is removed.
     */
    private static final Set<String> WITHOUT_EFFECT_HERE = Set.of(
            "PGLOADBALANCEHOSTS",
            "PGOAUTHDEBUG",
            "PGOAUTHCAFILE",
            "LC_ALL",
            "LANGUAGE",
            "PGLOCALEDIR",
            "PGSSLNEGOTIATION",
            "PGSSLCOMPRESSION",
            "PGSSLCERTMODE",
            "PGSSLCRL",
            "PGSSLCRLDIR",
            "PGSSLSNI",
            "PGMINPROTOCOLVERSION",
            "PGMAXPROTOCOLVERSION",
            "PGREQUIREAUTH",
            "PGKRBSRVNAME",
            "PGGSSLIB",
            "PGGSSDELEGATION");

    private static PostgresCluster withTls;

    @BeforeAll
    static void prepare() throws Exception {
        startWithTls();
        writeFiles();
    }

    private static void startWithTls() throws Exception {
        withTls = PostgresCluster.create();
        SelfSignedCertificate certificate = SelfSignedCertificate.create(directory);
        withTls.turnTlsOn(certificate);
        Files.writeString(directory.resolve("certificate"), certificate.certificate());
    }

    @AfterAll
    static void stop() {
        withTls.close();
    }

    private static void writeFiles() throws IOException {
        Files.writeString(directory.resolve("pg_service.conf"), "[other]\ndbname=template1\napplication_name=other\n");
        Path passfile = directory.resolve("pgpass");
        Files.createFile(passfile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                passfile, "*:" + CLUSTER.port() + ":*:*:" + CLUSTER.password() + "\n*:*:*:*:" + withTls.password());
        Path wrapper = directory.resolve("psql");
        Files.writeString(wrapper, """
                #!/bin/sh
                # As Debian's pg_wrapper does.
                [ "$PGCLUSTER" ] && export PGHOST="${PGCLUSTER#*/}"
                exec '%s' "$@"
                """.formatted(CLUSTER.bin("psql")));
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    static Stream<Effect> whereItLeads() {
        int port = CLUSTER.port();
        return Stream.of(
                new Effect("PGHOST", "postgres://postgres@:" + port + "/postgres", "127.0.0.1"),
                new Effect("PGHOSTADDR", "postgres://postgres@db.example.invalid:" + port + "/postgres", "127.0.0.1"),
                new Effect("PGPORT", "postgres://postgres@127.0.0.1/postgres", String.valueOf(port)),
                new Effect("PGDATABASE", "postgres://postgres@127.0.0.1:" + port, "template1"),
                new Effect("PGUSER", "postgres://127.0.0.1:" + port + "/postgres", "postgres"),
                new Effect("PGCLUSTER", "postgres://postgres@:" + port + "/postgres", "15/127.0.0.1"));
    }

    static Stream<Effect> never() {
        Path services = directory.resolve("pg_service.conf");
        return Stream.concat(
                whereItLeads(),
                Stream.of(
                        new Effect("PGSERVICE", GOOD, "other"),
                        new Effect(
                                "PGSERVICEFILE",
                                GOOD,
                                Map.of("PGSERVICE", "other", "PGSERVICEFILE", services.toString())),
                        new Effect(
                                "PGSYSCONFDIR",
                                GOOD,
                                Map.of("PGSERVICE", "other", "PGSYSCONFDIR", directory.toString())),
                        new Effect("PGTARGETSESSIONATTRS", GOOD, "read-only"),
                        new Effect("PGOPTIONS", GOOD, "-c statement_timeout=12345"),
                        new Effect("PGCLIENTENCODING", GOOD, "LATIN1"),
                        new Effect("PGDATESTYLE", GOOD, "German"),
                        new Effect("PGTZ", GOOD, "Asia/Tokyo"),
                        new Effect("PGGEQO", GOOD, "off"),
                        new Effect("PGAPPNAME", GOOD, "other"),
                        new Effect("PGCONNECT_TIMEOUT", GOOD, "none"),
                        new Effect("PG_COLOR", "postgres://127.0.0.1:1", "always")));
    }

    static Stream<Effect> fromCaller() {
        String tls = withTls.urlWithoutPassword("postgres") + "?sslmode=require";
        String certificate = directory.resolve("certificate").toString();
        String socket = "postgres://postgres@"
                + PercentEncoding.encode(CLUSTER.socketDirectory().toString()) + ":" + CLUSTER.port() + "/postgres";
        return Stream.of(
                new Effect("PGPASSWORD", GOOD, "wrong"),
                new Effect("PGPASSFILE", GOOD, "/dev/null"),
                new Effect("PGSSLMODE", GOOD, "require"),
                new Effect("PGSSLROOTCERT", tls, "/dev/null"),
                new Effect("PGSSLCERT", tls, "/dev/null"),
                new Effect("PGSSLKEY", tls, Map.of("PGSSLCERT", certificate, "PGSSLKEY", "/missing")),
                new Effect("PGREQUIRESSL", GOOD, "1"),
                new Effect("PGSSLMINPROTOCOLVERSION", GOOD, "none"),
                new Effect("PGSSLMAXPROTOCOLVERSION", GOOD, "none"),
                new Effect("PGREQUIREPEER", socket, "someone else"),
                new Effect("PGCHANNELBINDING", GOOD, "require"),
                new Effect("PGGSSENCMODE", GOOD, "none"));
    }

    @ParameterizedTest
    @MethodSource("never")
    void nothingOfItReachesTheProgramsWhoeverHasSetIt(Effect effect) throws Exception {
        PostgresUrl url = PostgresUrl.parse(effect.url());
        String without = psql(url.toUri(), Map.of());
        assertNotEquals(without, psql(url.toUri(), effect.environment()), "has an effect");

        assertEquals(without, psql(url.toConnectionString(), changed(effect.environment(), true)));
        assertEquals(without, psql(url.toConnectionString(), changed(effect.environment(), false)));
    }

    /** Something in front of libpq may set them. */
    @ParameterizedTest
    @MethodSource("whereItLeads")
    void theConnectionStringAloneLeadsNowhereElse(Effect effect) throws Exception {
        PostgresUrl url = PostgresUrl.parse(effect.url());

        assertEquals(psql(url.toUri(), Map.of()), psql(url.toConnectionString(), effect.environment()));
    }

    @ParameterizedTest
    @MethodSource("fromCaller")
    void itIsThePersonsOwnWhereThePersonHasSetIt(Effect effect) throws Exception {
        PostgresUrl url = PostgresUrl.parse(effect.url());
        String without = psql(url.toUri(), Map.of());
        String with = psql(url.toUri(), effect.environment());
        assertNotEquals(without, with, "has an effect");

        assertEquals(with, psql(url.toConnectionString(), changed(effect.environment(), true)));
        assertEquals(without, psql(url.toConnectionString(), changed(effect.environment(), false)));
    }

    @Test
    void everyVariableIsTried() {
        Set<String> tried =
                Stream.concat(never(), fromCaller()).map(Effect::variable).collect(toSet());
        tried.addAll(WITHOUT_EFFECT_HERE);

        assertEquals(new TreeSet<>(variables(NEVER, MESSAGES, FROM_CALLER)), new TreeSet<>(tried));
    }

    @Test
    void removesAndSetsNothingElse() {
        assertEquals(
                with(variables(NEVER, MESSAGES), "LC_MESSAGES"),
                ClientEnvironment.changes(true).keySet());
        assertEquals(
                with(variables(NEVER, MESSAGES, FROM_CALLER), "LC_MESSAGES"),
                ClientEnvironment.changes(false).keySet());
        assertEquals(
                Set.of("", "C"), Set.copyOf(ClientEnvironment.changes(false).values()));
        assertEquals("C", ClientEnvironment.changes(false).get("LC_MESSAGES"));
    }

    @Test
    void decidesOnEachVariableOnce() {
        List<String> all = ClientEnvironment.RULES.stream()
                .flatMap(rule -> rule.variables().stream())
                .toList();
        assertEquals(all.size(), Set.copyOf(all).size());
        assertEquals(Set.copyOf(all), variables(NEVER, MESSAGES, FROM_CALLER, ALWAYS));
    }

    private static Set<String> variables(ClientEnvironment.Inherited... inherited) {
        return ClientEnvironment.RULES.stream()
                .filter(rule -> List.of(inherited).contains(rule.inherited()))
                .flatMap(rule -> rule.variables().stream())
                .collect(toSet());
    }

    private static Set<String> with(Set<String> variables, String one) {
        variables.add(one);
        return variables;
    }

    /** As a machine does it. */
    private static Map<String, String> changed(Map<String, String> environment, boolean callers) {
        Map<String, String> changed = new HashMap<>(environment);
        ClientEnvironment.changes(callers).forEach((variable, value) -> {
            if (value.isEmpty()) {
                changed.remove(variable);
            } else {
                changed.put(variable, value);
            }
        });
        return changed;
    }

    /** What it says of its session, or of its failure, with a home directory where the password is. */
    private static String psql(String connection, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path home = Files.createDirectories(directory.resolve("home"));
        Files.deleteIfExists(home.resolve(".pgpass"));
        Files.copy(directory.resolve("pgpass"), home.resolve(".pgpass"), StandardCopyOption.COPY_ATTRIBUTES);
        Path out = Files.createTempFile(directory, "out", "");
        ProcessBuilder psql = new ProcessBuilder(
                        directory.resolve("psql").toString(),
                        "--no-psqlrc",
                        "--no-password",
                        "--tuples-only",
                        "--no-align",
                        "--command=" + SESSION,
                        "--dbname=" + connection)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        psql.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        psql.environment().put("HOME", home.toString());
        psql.environment().putAll(environment);
        return psql.start().waitFor() + " " + Files.readString(out);
    }
}
