package io.jenkins.plugins.pgbackup.credentials;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.is;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.jenkins.plugins.awscredentials.AWSCredentialsImpl;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.HostnamePortSpecification;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.pgbackup.PgBackupBuilder;
import io.jenkins.plugins.pgbackup.PgBackupForm;
import io.jenkins.plugins.pgbackup.PgBackupStep;
import java.util.List;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who gets to see in a form which credentials there are: those who may use them, at both doors and in both dropdowns. */
@WithJenkins
class CredentialsDropdownTest {

    private static final String URL = "postgresql://db.example.com/shop";
    private static final String NOTHING = "";

    private static JenkinsRule jenkins;
    private static Folder folder;
    private static FreeStyleProject job;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        rule.jenkins.setSecurityRealm(rule.createDummySecurityRealm());
        rule.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("admin")
                .grant(Jenkins.READ, Item.READ, Item.BUILD)
                .everywhere()
                .to("guest", "reader", "keeper")
                .grant(Item.EXTENDED_READ)
                .everywhere()
                .to("reader")
                .grant(CredentialsProvider.USE_ITEM)
                .everywhere()
                .to("keeper"));
        folder = rule.createProject(Folder.class, "folder");
        job = folder.createProject(FreeStyleProject.class, "job");
        CredentialsStore system =
                CredentialsProvider.lookupStores(rule.jenkins).iterator().next();
        system.addCredentials(Domain.global(), login("login"));
        system.addCredentials(
                Domain.global(),
                new StringCredentialsImpl(CredentialsScope.GLOBAL, "text", null, Secret.fromString("secret")));
        system.addCredentials(
                Domain.global(), new AWSCredentialsImpl(CredentialsScope.GLOBAL, "keys", "AKIA", "secret", null));
        system.addDomain(
                new Domain("other", null, List.of(new HostnamePortSpecification("other.example.com:5432", null))),
                login("login-of-another-host"));
        for (CredentialsStore store : CredentialsProvider.lookupStores(folder)) {
            if (store.getContext() == folder) {
                store.addCredentials(Domain.global(), login("login-of-folder"));
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    /** One of the dropdowns of one of the forms. */
    enum Dropdown {
        DATABASE("credentialsId") {
            @Override
            ListBoxModel fill(PgBackupForm form, Item item, String current) {
                return form.doFillCredentialsIdItems(item, current, URL);
            }

            @Override
            FormValidation check(PgBackupForm form, Item item, String value) {
                return form.doCheckCredentialsId(item, value, URL);
            }
        },
        AWS("awsCredentialsId") {
            @Override
            ListBoxModel fill(PgBackupForm form, Item item, String current) {
                return form.doFillAwsCredentialsIdItems(item, current);
            }

            @Override
            FormValidation check(PgBackupForm form, Item item, String value) {
                return form.doCheckAwsCredentialsId(item, value, "local");
            }
        };

        private final String field;

        Dropdown(String field) {
            this.field = field;
        }

        abstract ListBoxModel fill(PgBackupForm form, Item item, String current);

        abstract FormValidation check(PgBackupForm form, Item item, String value);

        String[] offers() {
            return this == DATABASE
                    ? new String[] {NOTHING, "login", "text", "login-of-folder"}
                    // The domains are those of databases.
                    : new String[] {NOTHING, "login", "keys", "login-of-folder", "login-of-another-host"};
        }

        @Override
        public String toString() {
            return field;
        }
    }

    /** Both forms with both dropdowns. */
    static Stream<Arguments> dropdowns() {
        return Stream.of(PgBackupBuilder.DescriptorImpl.class, PgBackupStep.DescriptorImpl.class)
                .flatMap(door -> Stream.of(Dropdown.values()).map(dropdown -> Arguments.of(door, dropdown)));
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("dropdowns")
    void whoMayUseThemSeesThoseThatFit(Class<? extends PgBackupForm> door, Dropdown dropdown) {
        for (String user : List.of("admin", "reader", "keeper")) {
            try (ACLContext ignored = as(user)) {
                assertThat(user, values(dropdown.fill(form(door), job, "")), containsInAnyOrder(dropdown.offers()));
            }
        }
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("dropdowns")
    void whoMayNotSeesNothingButWhatIsChosen(Class<? extends PgBackupForm> door, Dropdown dropdown) {
        try (ACLContext ignored = as("guest")) {
            assertThat(values(dropdown.fill(form(door), job, "login")), contains("login"));
            assertThat(values(dropdown.fill(form(door), job, "gone")), contains("gone"));
            assertThat(values(dropdown.fill(form(door), null, "login")), contains("login"));
        }
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("dropdowns")
    void whoMayNotIsNotToldWhatExists(Class<? extends PgBackupForm> door, Dropdown dropdown) {
        try (ACLContext ignored = as("guest")) {
            for (String id : List.of("login", "gone", "${CRED}", "")) {
                assertThat(id, dropdown.check(form(door), job, id).kind, is(FormValidation.Kind.OK));
                assertThat(id, dropdown.check(form(door), null, id).kind, is(FormValidation.Kind.OK));
            }
        }
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("dropdowns")
    void whoMayUseThemIsToldWhatIsMissing(Class<? extends PgBackupForm> door, Dropdown dropdown) {
        for (String user : List.of("admin", "reader", "keeper")) {
            try (ACLContext ignored = as(user)) {
                assertThat(user, dropdown.check(form(door), job, "login").kind, is(FormValidation.Kind.OK));
                assertThat(user, dropdown.check(form(door), job, "").kind, is(FormValidation.Kind.OK));
                assertThat(user, dropdown.check(form(door), job, "gone").kind, is(FormValidation.Kind.ERROR));
                assertThat(user, dropdown.check(form(door), job, "${CRED}").kind, is(FormValidation.Kind.WARNING));
            }
        }
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("dropdowns")
    void outsideOfAJobOnlyAdministratorsSeeThem(Class<? extends PgBackupForm> door, Dropdown dropdown) {
        try (ACLContext ignored = as("admin")) {
            assertThat(
                    values(dropdown.fill(form(door), null, "")),
                    containsInAnyOrder(Stream.of(dropdown.offers())
                            .filter(id -> !id.equals("login-of-folder"))
                            .toArray()));
        }
        for (String user : List.of("reader", "keeper")) {
            try (ACLContext ignored = as(user)) {
                assertThat(user, values(dropdown.fill(form(door), null, "login")), contains("login"));
            }
        }
    }

    /** As a build is given them. */
    @ParameterizedTest
    @CsvSource({
        "postgresql://other.example.com/shop, true",
        "postgresql://other.example.com:5433/shop, false",
        "postgresql://other.example.com/shop?hostaddr=10.0.0.1, false",
        "'postgresql://other.example.com,db.example.com/shop', false",
        "postgresql:///shop?host=/run/postgresql, false",
        "postgresql:///shop, false"
    })
    void thoseOfAHostAreOfferedForThatHostAlone(String url, boolean offered) {
        PgBackupForm form = form(PgBackupBuilder.DescriptorImpl.class);
        try (ACLContext ignored = as("keeper")) {
            assertThat(
                    values(form.doFillCredentialsIdItems(job, "", url)).contains("login-of-another-host"), is(offered));
            assertThat(
                    form.doCheckCredentialsId(job, "login-of-another-host", url).kind,
                    is(offered ? FormValidation.Kind.OK : FormValidation.Kind.ERROR));
        }
    }

    private static List<String> values(ListBoxModel items) {
        return items.stream().map(item -> item.value).toList();
    }

    private static PgBackupForm form(Class<? extends PgBackupForm> door) {
        return jenkins.jenkins.getExtensionList(door).get(0);
    }

    private static ACLContext as(String user) {
        return ACL.as(User.getById(user, true));
    }

    private static UsernamePasswordCredentialsImpl login(String id) throws Exception {
        return new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, id, null, "user", "secret");
    }
}
