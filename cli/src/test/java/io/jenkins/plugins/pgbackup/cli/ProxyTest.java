package io.jenkins.plugins.pgbackup.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.pgbackup.fixture.ForwardProxy;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.TlsServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is reached through an HTTP proxy alone, and one whose certificate only AWS_CA_BUNDLE makes trusted. */
class ProxyTest {

    private static final PostgresCluster CLUSTER = PostgresCluster.shared();
    private static final String DATABASE = "cli_proxy";
    private static final String URL = CLUSTER.url(DATABASE);
    private static final String ACCOUNT = "backup:p@ss:geheim";
    private static final String ACCOUNT_IN_URL = "backup:p%40ss:geheim";

    private final String bucket = Buckets.create();

    @TempDir
    private Path directory;

    @BeforeAll
    static void createDatabase() {
        SmallDatabase.create(CLUSTER, DATABASE);
    }

    @AfterAll
    static void dropDatabase() {
        CLUSTER.dropDatabase(DATABASE);
    }

    @Test
    void sendsAndReadsEverythingThroughTheProxy() throws Exception {
        try (ForwardProxy proxy = ForwardProxy.asking(ACCOUNT, Buckets.SERVER.endpoint())) {
            Map<String, String> environment =
                    environment("http_proxy", "http://" + ACCOUNT_IN_URL + "@" + proxy.address());
            String endpoint = "http://" + ForwardProxy.HOST;

            CommandOutcome backup = run(
                            environment,
                            endpoint,
                            "-d",
                            "s3",
                            bucket,
                            URL,
                            "--file-name",
                            "a",
                            "--format",
                            "plain",
                            "--compression",
                            "gzip",
                            "--verify",
                            "reread")
                    .mustBeGood();
            run(environment, endpoint, "list", "s3://" + bucket).mustBeGood();
            run(environment, endpoint, "verify", "s3://" + bucket + "/a.sql.gz").mustBeGood();

            assertThat(backup.out() + backup.err(), not(containsString("geheim")));
            assertThat(proxy.targets(), hasItem("PUT /" + bucket + "/a.sql.gz"));
            assertThat(proxy.targets(), hasItem("GET /" + bucket + "/a.sql.gz"));
        }
    }

    @Test
    void opensATunnelForHttpsAndTrustsTheBundle() throws Exception {
        try (TlsServer tls = TlsServer.before(Buckets.SERVER.endpoint(), directory);
                ForwardProxy proxy = ForwardProxy.asking(ACCOUNT, tls.endpoint())) {
            Map<String, String> environment =
                    environment("HTTPS_PROXY", "http://" + ACCOUNT_IN_URL + "@" + proxy.address());
            environment.put("AWS_CA_BUNDLE", tls.certificate().toString());

            run(
                            environment,
                            "https://" + ForwardProxy.HOST,
                            "-d",
                            "s3",
                            bucket,
                            URL,
                            "--file-name",
                            "a",
                            "--verify",
                            "reread")
                    .mustBeGood();

            assertThat(proxy.targets(), hasItem("CONNECT " + ForwardProxy.HOST + ":443"));
        }
    }

    @Test
    void trustsTheBundleOfTheProfileAndNobodyElseWithoutIt() throws Exception {
        try (TlsServer tls = TlsServer.before(Buckets.SERVER.endpoint(), directory)) {
            String endpoint = tls.endpoint().toString();
            CommandOutcome untrusted =
                    run(environment(), endpoint, "list", "s3://" + bucket).mustEndWith(1);
            assertThat(untrusted.err(), containsString("the TLS certificate of 127.0.0.1 is not trusted"));

            Path configuration = Files.writeString(
                    directory.resolve("config"), "[default]\nca_bundle = " + tls.certificate() + "\n");
            Map<String, String> environment = environment("AWS_CONFIG_FILE", configuration.toString());
            run(environment, endpoint, "-d", "s3", bucket, URL, "--file-name", "a")
                    .mustBeGood();
        }
    }

    @Test
    void saysThatTheBundleCannotBeRead() throws Exception {
        CommandOutcome outcome = run(
                        environment("AWS_CA_BUNDLE", directory + "/none.pem"),
                        Buckets.SERVER.endpoint().toString(),
                        "list",
                        "s3://" + bucket)
                .mustEndWith(1);
        assertEquals(
                "Error: The certificates of AWS_CA_BUNDLE or ca_bundle cannot be read from " + directory
                        + "/none.pem: write the path of a file of certificates in PEM.\n",
                outcome.err());
    }

    @Test
    void goesPastTheProxyWhereTheEnvironmentSaysSo() throws Exception {
        try (ForwardProxy proxy = ForwardProxy.before(Buckets.SERVER.endpoint())) {
            Map<String, String> environment = environment("HTTP_PROXY", proxy.address());
            environment.put("NO_PROXY", "example.com, 127.0.0.1");

            run(environment, Buckets.SERVER.endpoint().toString(), "-d", "s3", bucket, URL, "--file-name", "a")
                    .mustBeGood();

            assertThat(proxy.targets(), is(empty()));
        }
    }

    @Test
    void saysThatTheProxyAsksForAPassword() throws Exception {
        try (ForwardProxy proxy = ForwardProxy.asking(ACCOUNT, Buckets.SERVER.endpoint())) {
            assertFails(
                    environment("HTTP_PROXY", "http://" + proxy.address()),
                    "the proxy " + proxy.address()
                            + " requires a user name and a password (407): add them to its address");
            assertFails(
                    environment("HTTP_PROXY", "http://backup:geheim@" + proxy.address()),
                    "the proxy " + proxy.address()
                            + " did not take the user name and the password (407): correct them");
        }
    }

    @Test
    void namesAProxyThatIsNotThere() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertFails(
                environment("HTTP_PROXY", "http://127.0.0.1:" + port),
                "the proxy 127.0.0.1:" + port + ", through which " + ForwardProxy.HOST
                        + " is contacted, takes no connection:" + " correct its address, or exclude "
                        + ForwardProxy.HOST
                        + " from the proxy");
        assertFails(
                environment("HTTP_PROXY", "http://proxy.invalid:3128"),
                "the proxy proxy.invalid:3128, through which " + ForwardProxy.HOST + " is contacted, is not known:");
    }

    @Test
    void saysThatTheVariableNamesNoProxy() throws Exception {
        CommandOutcome outcome = run(
                        environment("HTTP_PROXY", "socks5://u:geheim@127.0.0.1:1080"),
                        "http://" + ForwardProxy.HOST,
                        "list",
                        "s3://" + bucket)
                .mustEndWith(2);
        assertThat(
                outcome.err(),
                startsWith("Error: The environment variable HTTP_PROXY has no address of an HTTP proxy:"));
        assertThat(outcome.err(), not(containsString("geheim")));
    }

    private void assertFails(Map<String, String> environment, String because) throws Exception {
        CommandOutcome outcome = run(environment, "http://" + ForwardProxy.HOST, "list", "s3://" + bucket)
                .mustEndWith(1);
        assertThat(outcome.err(), startsWith("Error: s3://" + bucket + "/ could not be listed, because " + because));
        assertThat(outcome.err(), not(containsString("geheim")));
        assertEquals(1, outcome.err().lines().count());
    }

    private CommandOutcome run(Map<String, String> environment, String endpoint, String... arguments)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("AWS_ENDPOINT_URL_S3", endpoint);
        String[] command = Arrays.copyOf(arguments, arguments.length + 3);
        command[arguments.length] = "--region";
        command[arguments.length + 1] = "us-east-1";
        command[arguments.length + 2] = "--path-style";
        return PgbackupProcess.run(directory, all, command);
    }

    private static Map<String, String> environment(String... variable) {
        Map<String, String> environment = new HashMap<>(Buckets.environment());
        if (variable.length > 0) {
            environment.put(variable[0], variable[1]);
        }
        return environment;
    }
}
