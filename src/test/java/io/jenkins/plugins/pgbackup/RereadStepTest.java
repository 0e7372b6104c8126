package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.view.BackupAction;
import io.jenkins.plugins.pgbackup.view.BackupSummary;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jvnet.hudson.test.JenkinsRule;

/** {@code verify: 'reread'}: the agent reads the dump back from its disk, or from S3 without a key. */
class RereadStepTest extends TestBedWithS3 {

    RereadStepTest() {
        super("shop");
    }

    @ParameterizedTest
    @CsvSource({
        "local, full,   size compared",
        "local, reread, read back and digested",
        "s3,    full,   size and checksum compared with the store's",
        "s3,    reread, read back and digested",
    })
    void isToldByTheLogTheResultAndTheRecord(String driver, String verify, String atRest) throws Exception {
        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent("def backup = "
                + settings(driver).with("verify", verify).toStep()
                + "\necho \"returned ${backup.proof} | ${backup.atRest}\""));

        BackupSummary summary = build.getAction(BackupAction.class).getBackups().get(0);
        assertThat(summary.getAtRest(), is(atRest));
        assertThat(summary.getProof(), startsWith("read to its end by pg_restore "));
        String log = JenkinsRule.getLog(build);
        assertThat(
                log,
                containsString(", SHA-256 " + summary.getSha256() + ", proven: " + summary.getProof() + "; at rest: "
                        + atRest + "\n"));
        assertThat(log, containsString("returned " + summary.getProof() + " | " + atRest + "\n"));
        assertThat(log.contains("Reading the dump back from where it is stored.\n"), is(verify.equals("reread")));
    }

    @Test
    void aByteThatIsAnotherOneInTheBucketFailsTheBuild() throws Exception {
        try (FaultProxy proxy = new FaultProxy(s3.endpoint())) {
            s3.createBucket("altered");
            proxy.always(
                    request -> request.is("GET") && request.target().contains(".dump"),
                    FaultProxy.alterAnswer(answer -> answer.substring(0, answer.length() - 1)
                            + (char) (answer.charAt(answer.length() - 1) ^ 1)));
            StepSettings altered = settings("s3")
                    .with("destination", "altered")
                    .with("verify", "reread")
                    .with("s3", Map.of("endpoint", proxy.endpoint(), "pathStyle", true, "region", "us-east-1"));

            Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(altered.toStep()), Result.FAILURE);

            jenkins.rule().assertLogContains("ERROR: What the store gives back as s3://altered/", build);
            jenkins.rule().assertLogContains(". It is removed again: check the store and the way to it", build);
            assertThat(s3.objects("altered"), is(empty()));
            assertThat(s3.unfinishedUploads("altered"), is(empty()));
        }
    }

    @Test
    void anArchiveIsRefused() throws Exception {
        StepSettings archived = settings("s3")
                .with("verify", "reread")
                .with("s3", Map.of("region", "us-east-1", "storageClass", "GLACIER"));

        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(archived.toStep()), Result.FAILURE);

        jenkins.rule()
                .assertLogContains(
                        "ERROR: Objects of the S3 storage class GLACIER cannot be read back before they are restored:"
                                + " choose another one, GLACIER_IR for example, or another verification than reread.",
                        build);
        jenkins.rule().assertLogNotContains("Backing database up", build);
    }

    @Override
    protected StepSettings settings(String driver) {
        return super.settings(driver).with("fileName", "${database}-${job}-${build}");
    }
}
