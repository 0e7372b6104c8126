package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.HostnamePortSpecification;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleProject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.pgbackup.fixture.ConnectionProbe;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

/** What who may start a build, but not configure its job, decides about the URL by the values of its parameters. */
class UrlVariablesTest extends TestBed {

    private static final String DATABASE = "shop?hostaddr=127.0.0.1&port=1&sslmode=disable";
    private static final String PASSWORD = "p@ss:w/o%rd?&x=$ #,[";

    UrlVariablesTest() {
        super(DATABASE);
    }

    @Override
    void createDatabase() {
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(DATABASE, "CREATE TABLE one AS SELECT 1 AS n");
        POSTGRES.createRole("reader of shops", PASSWORD);
        POSTGRES.psql(DATABASE, "GRANT pg_read_all_data TO \"reader of shops\"");
    }

    /** The password of a credential that is tied to the host of the URL goes to no other one. */
    @ParameterizedTest
    @CsvSource(delimiterString = " <- ", textBlock = """
        postgresql://db.example.invalid/$V <- shop?hostaddr=127.0.0.1&port=PORT&sslmode=disable
        postgresql://db.example.invalid/$V <- shop?host=127.0.0.1&port=PORT&sslmode=disable
        postgresql://db.example.invalid/shop?sslmode=$V <- disable&hostaddr=127.0.0.1&port=PORT
        postgresql://db.example.invalid/shop?application_name=${V}x <- x&hostaddr=127.0.0.1&port=PORT&application_name=
        postgresql://db.example.invalid:$V/shop <- PORT/shop?hostaddr=127.0.0.1&sslmode=disable&application_name=
        postgresql://db.example.invalid:$V/shop <- 1,127.0.0.1:PORT
        postgresql://$V@db.example.invalid/shop <- backup@127.0.0.1:PORT,
        postgresql://$V/shop <- 127.0.0.1:PORT
        postgresql://$V/shop <- db.example.invalid,127.0.0.1:PORT
        postgresql://db.example.invalid,$V/shop <- 127.0.0.1:PORT
        postgresql://db.example.invalid/shop?hostaddr=$V&port=PORT <- 127.0.0.1
        $V <- postgresql://127.0.0.1:PORT/shop?sslmode=disable
        $V <- postgresql://db.example.invalid:PORT/shop?hostaddr=127.0.0.1&sslmode=disable
        """)
    void noValueLeadsThePasswordElsewhere(String url, String value) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getDomainCredentialsMap()
                .put(
                        new Domain("pinned", null, List.of(new HostnamePortSpecification("db.example.invalid", null))),
                        new ArrayList<>(List.of(new UsernamePasswordCredentialsImpl(
                                CredentialsScope.GLOBAL, "pinned", null, "backup", "TheRealPassword"))));
        try (ConnectionProbe other = ConnectionProbe.open()) {
            String port = other.address().replaceFirst(".*:", "");
            StepSettings settings = StepSettings.of(url.replace("PORT", port), "local", "backups/")
                    .with("credentialsId", "pinned");

            Run<?, ?> build = build(settings, Map.of("V", value.replace("PORT", port)), Result.FAILURE);

            assertThat(JenkinsRule.getLog(build), other.hasRung(), is(false));
        }
    }

    @Test
    void aValueIsTheNameOfADatabase() throws Exception {
        Run<?, ?> build = build(
                StepSettings.of("postgresql://127.0.0.1:" + POSTGRES.port() + "/$NAME", "local", "backups/")
                        .with("credentialsId", JenkinsWithAgent.DATABASE_LOGIN),
                Map.of("NAME", DATABASE),
                Result.SUCCESS);

        assertThat(backup(build).getDatabase(), is(DATABASE));
    }

    @Test
    void aValueIsAListOfHosts() throws Exception {
        Run<?, ?> build = build(
                StepSettings.of("postgresql://${SERVERS}/postgres?sslmode=$TLS", "local", "backups/")
                        .with("credentialsId", JenkinsWithAgent.DATABASE_LOGIN),
                Map.of("SERVERS", "127.0.0.1:1,127.0.0.1:" + POSTGRES.port(), "TLS", "prefer"),
                Result.SUCCESS);

        assertThat(backup(build).getDatabase(), is("postgres"));
    }

    @Test
    void aValueIsAPasswordWithoutItsBeingEncoded() throws Exception {
        Run<?, ?> build = build(
                StepSettings.of("postgresql://$USER:$WORD@127.0.0.1:$PORT/$NAME", "local", "backups/"),
                Map.of(
                        "USER",
                        "reader of shops",
                        "WORD",
                        PASSWORD,
                        "PORT",
                        String.valueOf(POSTGRES.port()),
                        "NAME",
                        DATABASE),
                Result.SUCCESS);

        assertThat(backup(build).getDatabase(), is(DATABASE));
    }

    /** As in every other field of a freestyle job. */
    @Test
    void aDollarThatIsNoVariableIsOne() throws Exception {
        Run<?, ?> build = build(
                StepSettings.of(
                                "postgresql://127.0.0.1:" + POSTGRES.port() + "/$$NAME$-$UNKNOWN-${NAME}",
                                "local",
                                "backups/")
                        .with("credentialsId", JenkinsWithAgent.DATABASE_LOGIN),
                Map.of("NAME", "x"),
                Result.FAILURE);

        assertThat(JenkinsRule.getLog(build), containsString("database \"$NAME$-$UNKNOWN-x\" does not exist"));
    }

    @Test
    void aHostThatIsNoneIsRefusedByTheNameOfItsVariable() throws Exception {
        Run<?, ?> build = build(
                StepSettings.of("postgresql://$SERVER/shop", "local", "backups/"),
                Map.of("SERVER", "bob:geheim@db.example.com"),
                Result.FAILURE);

        assertThat(
                JenkinsRule.getLog(build),
                allOf(
                        containsString("ERROR: The variable \"SERVER\" stands for a host or port in the URL and holds"),
                        not(containsString("geheim"))));
    }

    private Run<?, ?> build(StepSettings settings, Map<String, String> parameters, Result expected) throws Exception {
        FreeStyleProject job = jenkins.freestyle(settings.toBuilder());
        job.addProperty(new ParametersDefinitionProperty(parameters.keySet().stream()
                .map(name -> new StringParameterDefinition(name, ""))
                .toArray(StringParameterDefinition[]::new)));
        return jenkins.build(
                job,
                expected,
                new ParametersAction(parameters.entrySet().stream()
                        .map(parameter -> new StringParameterValue(parameter.getKey(), parameter.getValue()))
                        .toArray(StringParameterValue[]::new)));
    }

    private static BackupSummary backup(Run<?, ?> build) {
        return build.getAction(BackupAction.class).getBackups().get(0);
    }
}
