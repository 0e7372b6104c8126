package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import hudson.model.Descriptor;
import hudson.model.Item;
import io.jenkins.plugins.pgbackup.parameter.DumpParameterDefinition;
import io.jenkins.plugins.pgbackup.profile.Profile;
import io.jenkins.plugins.pgbackup.settings.DumpSection;
import io.jenkins.plugins.pgbackup.settings.KeepSection;
import io.jenkins.plugins.pgbackup.settings.PgBackupConfiguration;
import io.jenkins.plugins.pgbackup.settings.S3Section;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What the forms' questions answer to those who come by the web: to POST alone, to whom it concerns, and no markup. */
@WithJenkins
class WebMethodsTest {

    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    /** In every parameter, and beside values that lead further. */
    private static final List<String> QUERIES = List.of(
            "value=V&driver=V&url=V&sse=V&credentialsId=V&awsCredentialsId=V&schemaOnly=true",
            "value=a%2CV&driver=local&url=postgresql%3A%2F%2Fdb%2FV&sse=aws%3Akms&schemaOnly=true",
            "value=%24%7BV%7D&driver=s3&url=%24V&sse=AES256&schemaOnly=V",
            "value=postgresql%3A%2F%2Fdb%2F%3FV%3D1&driver=s3",
            "value=&driver=s3");

    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        rule.jenkins.setCrumbIssuer(null);
        rule.jenkins.setSecurityRealm(rule.createDummySecurityRealm());
        rule.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ)
                .everywhere()
                .to("reader"));
        rule.createFreeStyleProject("job");
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    /**
     * One of the questions.
     *
     * @param name as it stands in its address
     * @param forAdministrators whether it belongs to the form of the administrator
     */
    private record Question(Class<?> form, String name, boolean forAdministrators) {

        String path() {
            return (forAdministrators ? "" : "job/job/") + "descriptorByName/" + form.getName() + "/" + name;
        }

        @Override
        public String toString() {
            return form.getSimpleName() + "/" + name;
        }
    }

    static Stream<Question> questions() {
        return Stream.of(
                        PgBackupStep.class,
                        PgBackupBuilder.class,
                        PgRestoreStep.class,
                        PgRestoreBuilder.class,
                        PgRestoreTestStep.class,
                        PgRestoreTestBuilder.class,
                        DumpParameterDefinition.class,
                        DumpSection.class,
                        S3Section.class,
                        KeepSection.class,
                        Profile.class,
                        PgBackupConfiguration.class)
                .flatMap(WebMethodsTest::questions);
    }

    private static Stream<Question> questions(Class<?> form) {
        Descriptor<?> descriptor = form == PgBackupConfiguration.class
                ? PgBackupConfiguration.get()
                : jenkins.jenkins.getDescriptor(form.asSubclass(hudson.model.Describable.class));
        return Stream.of(descriptor.getClass().getMethods())
                .map(method -> method.getName())
                .filter(name -> name.matches("do(Check|Fill).+"))
                .distinct()
                .map(name -> name.substring(2, 3).toLowerCase(Locale.ROOT) + name.substring(3))
                .map(name -> new Question(form, name, form == PgBackupConfiguration.class));
    }

    @Test
    void thereAreManyOfThem() {
        assertThat(questions().count(), is(greaterThanOrEqualTo(39L)));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void isNoAnswerToAGet(Question question) throws Exception {
        for (String user : List.of("reader", "admin")) {
            assertThat(
                    user, ask(HttpMethod.GET, question, QUERIES.get(1), user).getStatusCode(), anyOf(is(404), is(405)));
        }
    }

    @ParameterizedTest
    @MethodSource("questions")
    void isNoAnswerToThoseWhomItDoesNotConcern(Question question) throws Exception {
        assertThat(
                ask(HttpMethod.POST, question, QUERIES.get(1), "reader").getStatusCode(),
                is(question.forAdministrators() ? 403 : 200));
        // Who may not even read the job.
        assertThat(ask(HttpMethod.POST, question, QUERIES.get(1), "stranger").getStatusCode(), anyOf(is(403), is(404)));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void isAnsweredWithoutMarkup(Question question) throws Exception {
        for (String query : QUERIES) {
            WebResponse answer = ask(HttpMethod.POST, question, query, "admin");

            assertThat(query, answer.getStatusCode(), is(200));
            if (!answer.getContentType().equals("application/json")) {
                // The browser takes the other for HTML. Of JSON, Jenkins' own script makes the texts of a list.
                assertThat(query, answer.getContentAsString(), not(containsString("<img src=x")));
            }
        }
    }

    private static WebResponse ask(HttpMethod method, Question question, String query, String user) throws Exception {
        String values = query.replace("V", URLEncoder.encode(MARKUP, StandardCharsets.UTF_8));
        try (JenkinsRule.WebClient web = jenkins.createWebClient()) {
            web.withBasicCredentials(user);
            return web.loadWebResponse(
                    new WebRequest(new URL(jenkins.getURL(), question.path() + "?" + values), method));
        }
    }
}
