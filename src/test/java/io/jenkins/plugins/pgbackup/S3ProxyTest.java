package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import hudson.ProxyConfiguration;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.ForwardProxy;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.hudson.test.JenkinsRule;

/** A store that controller and agent reach through an HTTP proxy alone. */
class S3ProxyTest extends TestBedWithS3 {

    private static final String USER = "backup";
    private static final String PASSWORD = "geheim";

    S3ProxyTest() {
        super("proxied");
    }

    @AfterEach
    void forgetTheProxy() {
        jenkins.rule().jenkins.setProxy(null);
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void thatOfJenkinsIsTheAgentsToo(StepKind door) throws Exception {
        try (ForwardProxy proxy = ForwardProxy.asking(USER + ":" + PASSWORD, s3.endpoint())) {
            useInJenkins(proxy, PASSWORD);

            Run<?, ?> build =
                    jenkins.build(door.job(jenkins, behindAProxy(door.name()).with("verify", "reread")));

            String path = " /" + BUCKET + "/" + door.name() + ".dump";
            assertThat(proxy.targets(), hasItem(startsWith("POST" + path)));
            assertThat(proxy.targets(), hasItem(startsWith("PUT" + path)));
            assertThat(proxy.targets(), hasItem(startsWith("GET" + path)));
            assertThat(JenkinsRule.getLog(build), not(containsString(PASSWORD)));
        }
    }

    @Test
    void thatOfTheAgentsEnvironmentComesFirst() throws Exception {
        try (ForwardProxy ofJenkins = ForwardProxy.before(s3.endpoint());
                ForwardProxy ofAgent = ForwardProxy.before(s3.endpoint())) {
            useInJenkins(ofJenkins, null);
            String step = behindAProxy("environment").toStep();

            jenkins.build(jenkins.pipelineOnAgent(
                    "withEnv(['HTTP_PROXY=http://" + ofAgent.address() + "']) { " + step + " }"));

            String part = "PUT /" + BUCKET + "/environment.dump";
            assertThat(ofAgent.targets(), hasItem(startsWith(part)));
            assertThat(ofJenkins.targets(), hasItem(startsWith("POST /" + BUCKET + "/environment.dump")));
            assertThat(
                    ofJenkins.targets().stream()
                            .filter(target -> !target.endsWith(".json"))
                            .toList(),
                    not(hasItem(startsWith(part))));
        }
    }

    @Test
    void aWrongPasswordIsAFailureThatNamesTheProxy() throws Exception {
        try (ForwardProxy proxy = ForwardProxy.asking(USER + ":" + PASSWORD, s3.endpoint())) {
            useInJenkins(proxy, "another");

            Run<?, ?> build =
                    jenkins.build(jenkins.pipelineOnAgent(behindAProxy("wrong").toStep()), Result.FAILURE);

            assertThat(
                    JenkinsRule.getLog(build),
                    containsString("because the proxy " + proxy.address()
                            + " did not take the user name and the password (407): correct them"));
        }
    }

    private void useInJenkins(ForwardProxy proxy, String password) {
        jenkins.rule()
                .jenkins
                .setProxy(new ProxyConfiguration("127.0.0.1", proxy.port(), password == null ? null : USER, password));
    }

    private StepSettings behindAProxy(String fileName) {
        return settings("s3")
                .with("fileName", fileName)
                .with(
                        "s3",
                        Map.of("endpoint", "http://" + ForwardProxy.HOST, "pathStyle", true, "region", "us-east-1"));
    }
}
