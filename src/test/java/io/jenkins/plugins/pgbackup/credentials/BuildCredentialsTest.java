package io.jenkins.plugins.pgbackup.credentials;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.jenkins.plugins.awscredentials.AmazonWebServicesCredentials;
import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsParameterDefinition;
import com.cloudbees.plugins.credentials.CredentialsParameterValue;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.HostnamePortSpecification;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Computer;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.ModelObject;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Run;
import hudson.model.User;
import hudson.util.Secret;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.store.s3.DefaultCredentials;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Which credentials a build gets, and what the log says if it gets none. */
@WithJenkins
class BuildCredentialsTest {

    private static final PostgresUrl URL = PostgresUrl.parse("postgresql://db.example.com/shop");
    private static final PostgresUrl URL_OF_BOB = PostgresUrl.parse("postgresql://bob@db.example.com/shop");

    private static JenkinsRule jenkins;

    /** Of a job outside of all folders, which runs as Jenkins itself. */
    private static Run<?, ?> build;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        rule.jenkins.setSecurityRealm(rule.createDummySecurityRealm());
        build = build(rule.createFreeStyleProject());
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    @AfterEach
    void forget() throws Exception {
        SystemCredentialsProvider store = SystemCredentialsProvider.getInstance();
        store.setDomainCredentialsMap(Map.of(Domain.global(), List.of()));
        store.save();
        QueueItemAuthenticatorConfiguration.get().getAuthenticators().clear();
    }

    @Test
    void aUserNameFillsInWhereTheUrlHasNone() throws Exception {
        add(login("db", "bob", "s3cr3t"));

        PostgresUrl url = DatabaseCredentials.resolve("db", URL, build);

        assertThat(url.user(), is(Optional.of("bob")));
        assertThat(url.password(), is(Optional.of("s3cr3t")));
    }

    @Test
    void aUserNameMayAgreeWithTheUrl() throws Exception {
        add(login("db", "bob", "s3cr3t"));

        assertThat(DatabaseCredentials.resolve("db", URL_OF_BOB, build).password(), is(Optional.of("s3cr3t")));
    }

    @Test
    void aUserNameMayNotDisagreeWithTheUrl() throws Exception {
        add(login("db", "alice", "s3cr3t"));

        assertRefused(
                () -> DatabaseCredentials.resolve("db", URL_OF_BOB, build),
                "The user name in the URL is not that of the credentials \"db\"");
    }

    @Test
    void aSecretTextIsThePassword() throws Exception {
        add(text("db", "s3cr3t"));

        PostgresUrl url = DatabaseCredentials.resolve("db", URL_OF_BOB, build);

        assertThat(url, is(URL_OF_BOB.withPassword("s3cr3t")));
    }

    @Test
    void noneIsNoError() throws Exception {
        assertThat(DatabaseCredentials.resolve(null, URL, build), is(URL));
        assertThat(AwsCredentials.ofController(), is(instanceOf(DefaultCredentials.class)));
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        assertRefused(() -> DatabaseCredentials.resolve("gone", URL, build), "There are no credentials \"gone\"");
        assertRefused(() -> awsKeys("gone"), "There are no credentials \"gone\"");
    }

    @Test
    void whatCannotHoldAPasswordIsRefused() throws Exception {
        add(keys("aws", "AKIA", "s3cr3t"));

        assertRefused(
                () -> DatabaseCredentials.resolve("aws", URL, build),
                "The credentials \"aws\" (AWS Credentials) hold no password of a database");
    }

    @Test
    void whatCannotHoldKeysIsRefused() throws Exception {
        add(text("text", "s3cr3t"));

        assertRefused(() -> awsKeys("text"), "The credentials \"text\" (Secret text) hold no keys of AWS");
    }

    @Test
    void awsCredentialsGiveTheirKeys() throws Exception {
        add(keys("aws", "AKIA", "s3cr3t"));

        var keys = awsKeys("aws").resolveCredentials();

        assertThat(keys.accessKeyId(), is("AKIA"));
        assertThat(keys.secretAccessKey(), is("s3cr3t"));
    }

    @Test
    void aUserNameWithPasswordIsAKeyPair() throws Exception {
        add(login("pair", "AKIA", "s3cr3t"));

        var keys = awsKeys("pair").resolveCredentials();

        assertThat(keys.accessKeyId(), is("AKIA"));
        assertThat(keys.secretAccessKey(), is("s3cr3t"));
    }

    @Test
    void awsCredentialsWithoutKeyAndRoleAreCalledIncomplete() throws Exception {
        add(keys("aws", "", ""));
        AwsCredentialsProvider provider = awsKeys("aws");

        InvalidInputException incomplete = assertThrows(InvalidInputException.class, provider::resolveCredentials);

        assertThat(
                incomplete.getMessage(),
                containsString("The AWS credentials \"aws\" hold neither a key nor a role: complete them"));
    }

    @Test
    void aRoleThatStsRefusesIsNamedWithTheReason() {
        AmazonWebServicesCredentials role =
                new AWSCredentialsImpl(CredentialsScope.GLOBAL, "role", "AKIA", "s3cr3t", null) {
                    @Override
                    public software.amazon.awssdk.auth.credentials.AwsCredentials resolveCredentials() {
                        throw AwsServiceException.builder()
                                .statusCode(403)
                                .awsErrorDetails(AwsErrorDetails.builder()
                                        .serviceName("Sts")
                                        .errorCode("AccessDenied")
                                        .errorMessage("User bob may not assume it")
                                        .build())
                                .build();
                    }
                };
        AwsCredentialsProvider provider = new RefreshedCredentials("role", role);

        InvalidInputException refused = assertThrows(InvalidInputException.class, provider::resolveCredentials);

        assertThat(
                refused.getMessage(),
                is(
                        "The AWS credentials \"role\" could not be used, as AWS STS refused them (403 AccessDenied: User bob may"
                                + " not assume it): check the role and what may assume it."));
    }

    @Test
    void thoseOfAFolderAreForItsJobsAlone() throws Exception {
        Folder folder = jenkins.createProject(Folder.class);
        storeOf(folder).addCredentials(Domain.global(), login("db", "bob", "of the folder"));
        storeOf(folder).addCredentials(Domain.global(), keys("aws", "AKIA", "of the folder"));
        Run<?, ?> inside = build(folder.createProject(FreeStyleProject.class, "inside"));

        assertThat(DatabaseCredentials.resolve("db", URL, inside).password(), is(Optional.of("of the folder")));
        assertThat(AwsCredentials.resolve("aws", inside).resolveCredentials().secretAccessKey(), is("of the folder"));
        assertRefused(() -> DatabaseCredentials.resolve("db", URL, build), "There are no credentials \"db\"");
        assertRefused(() -> awsKeys("aws"), "There are no credentials \"aws\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://db.example.com/shop",
                "postgresql://DB.example.com:5432/shop",
                "postgresql://db.example.com,replica.example.com:5433/shop",
                "postgresql:///shop?host=replica.example.com&port=5433",
                "postgresql://db.example.com/shop?hostaddr=10.0.0.1",
                "postgresql://db.example.com,replica.example.com/shop?hostaddr=10.0.0.1,10.0.0.1&port=5432,5433"
            })
    void thoseTiedToHostsAreGivenForThem(String url) throws Exception {
        tie("db", "db.example.com:5432, replica.example.com:5433, 10.0.0.1");

        assertThat(
                DatabaseCredentials.resolve("db", PostgresUrl.parse(url), build).password(), is(Optional.of("s3cr3t")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://evil.example.com/shop",
                "postgresql://db.example.com:5433/shop",
                "postgresql://db.example.com/shop?port=5433",
                "postgresql://db.example.com/shop?host=evil.example.com",
                "postgresql://db.example.com/shop?hostaddr=10.0.0.9",
                "postgresql:///shop?hostaddr=10.0.0.9",
                "postgresql://db.example.com,evil.example.com/shop",
                "postgresql://evil.example.com,db.example.com/shop",
                "postgresql://db.example.com,db.example.com/shop?hostaddr=10.0.0.1,10.0.0.9",
                "postgresql://db.example.com,/shop",
                "postgresql://db.example.com/shop?host=db.example.com%2Cevil.example.com",
                "postgresql://db.example.com%2Cevil.example.com/shop",
                "postgresql://%2Frun%2Fpostgresql/shop",
                "postgresql:///shop?host=/run/postgresql",
                "postgresql:///shop?host=@abstract",
                "postgresql://:5432/shop",
                "postgresql:///shop"
            })
    void thoseTiedToHostsAreGivenForNoOther(String url) throws Exception {
        tie("db", "db.example.com:5432, replica.example.com:5433, 10.0.0.1");

        assertRefused(
                () -> DatabaseCredentials.resolve("db", PostgresUrl.parse(url), build),
                "There are no credentials \"db\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql:///shop",
                "postgresql://%2Frun%2Fpostgresql/shop",
                "postgresql:///shop?host=@abstract",
                "postgresql://localhost/shop"
            })
    void aSocketIsTheLocalHost(String url) throws Exception {
        tie("db", "localhost:5432");

        assertThat(
                DatabaseCredentials.resolve("db", PostgresUrl.parse(url), build).password(), is(Optional.of("s3cr3t")));
    }

    private static void tie(String id, String hosts) throws Exception {
        storeOf(jenkins.jenkins)
                .addDomain(
                        new Domain("shop", null, List.of(new HostnamePortSpecification(hosts, null))),
                        login(id, "bob", "s3cr3t"));
    }

    @Test
    void anExpressionIsTheParameterOfTheBuild() throws Exception {
        add(login("db", "bob", "s3cr3t"));
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.addProperty(new ParametersDefinitionProperty(new CredentialsParameterDefinition(
                "CRED", null, "db", StandardUsernamePasswordCredentials.class.getName(), true)));
        Run<?, ?> build = job.scheduleBuild2(
                        0, new ParametersAction(new CredentialsParameterValue("CRED", "db", null, true)))
                .get();

        assertThat(DatabaseCredentials.resolve("${CRED}", URL, build).password(), is(Optional.of("s3cr3t")));
    }

    @Test
    void aBuildThatRunsAsSomebodyGetsWhatThatPersonMayUse() throws Exception {
        add(login("db", "bob", "s3cr3t"));
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Computer.BUILD)
                .everywhere()
                .to("guest", "keeper")
                .grant(CredentialsProvider.USE_ITEM)
                .everywhere()
                .to("keeper"));
        FreeStyleProject guests = jenkins.createFreeStyleProject();
        FreeStyleProject keepers = jenkins.createFreeStyleProject();
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .add(new MockQueueItemAuthenticator()
                        .authenticate(
                                guests.getFullName(),
                                User.getById("guest", true).impersonate2())
                        .authenticate(
                                keepers.getFullName(),
                                User.getById("keeper", true).impersonate2()));

        assertThat(DatabaseCredentials.resolve("db", URL, build(keepers)).password(), is(Optional.of("s3cr3t")));
        assertRefused(() -> DatabaseCredentials.resolve("db", URL, build(guests)), "There are no credentials \"db\"");
    }

    @Test
    void theirUseIsNotedOnThem() throws Exception {
        Credentials database = login("noted-login", "bob", "s3cr3t");
        Credentials aws = keys("noted-keys", "AKIA", "s3cr3t");
        add(database);
        add(aws);
        assertThat(CredentialsProvider.getFingerprintOf(database), is(nullValue()));
        assertThat(CredentialsProvider.getFingerprintOf(aws), is(nullValue()));
        DatabaseCredentials.resolve("noted-login", URL, build);
        AwsCredentials.resolve("noted-keys", build);

        String job = build.getParent().getFullName();
        assertThat(CredentialsProvider.getFingerprintOf(database).getJobs(), contains(job));
        assertThat(CredentialsProvider.getFingerprintOf(aws).getJobs(), contains(job));
    }

    @Test
    void aPasswordIsNotInTheirText() throws Exception {
        add(login("db", "bob", "s3cr3t"));

        assertThat(DatabaseCredentials.resolve("db", URL, build).toString(), not(containsString("s3cr3t")));
    }

    private static AwsCredentialsProvider awsKeys(String id) throws Exception {
        return AwsCredentials.resolve(id, build);
    }

    private static Run<?, ?> build(FreeStyleProject job) throws Exception {
        return jenkins.buildAndAssertSuccess(job);
    }

    private static StandardCredentials login(String id, String user, String password) throws Exception {
        return new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, user, password);
    }

    private static StandardCredentials text(String id, String secret) {
        return new StringCredentialsImpl(CredentialsScope.GLOBAL, id, null, Secret.fromString(secret));
    }

    private static StandardCredentials keys(String id, String key, String secret) {
        return new AWSCredentialsImpl(CredentialsScope.GLOBAL, id, key, secret, null);
    }

    private static void add(Credentials credentials) throws Exception {
        storeOf(jenkins.jenkins).addCredentials(Domain.global(), credentials);
    }

    private static CredentialsStore storeOf(ModelObject context) {
        return StreamSupport.stream(CredentialsProvider.lookupStores(context).spliterator(), false)
                .filter(store -> store.getContext() == context)
                .findFirst()
                .orElseThrow();
    }

    private static void assertRefused(Executable resolution, String words) {
        BackupException refused = assertThrows(BackupException.class, resolution);
        assertThat(refused.getMessage(), allOf(containsString(words), not(containsString("s3cr3t"))));
    }
}
