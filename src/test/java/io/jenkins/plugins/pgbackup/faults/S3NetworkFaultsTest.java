package io.jenkins.plugins.pgbackup.faults;

import static io.jenkins.plugins.pgbackup.faults.S3Rows.OBJECT;
import static io.jenkins.plugins.pgbackup.fixture.FaultProxy.page;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import hudson.ProxyConfiguration;
import hudson.model.Result;
import io.jenkins.plugins.pgbackup.JenkinsWithAgent;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import io.jenkins.plugins.pgbackup.fixture.HostsFile;
import io.jenkins.plugins.pgbackup.fixture.PostgresGate;
import io.jenkins.plugins.pgbackup.fixture.UntrustedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;

/** What the network does to what is sent to S3, and to its answers. */
class S3NetworkFaultsTest extends FaultTable {

    private static final FaultProxy.Fault BAD_GATEWAY =
            page(502, "<html><head><title>502 Bad Gateway</title></head><body>The proxy had a problem.</body></html>");
    private static final FaultProxy.Fault GATEWAY_TIMEOUT =
            page(504, "<html><head><title>504 Gateway Time-out</title></head><body>Nobody answers.</body></html>");

    private static final Predicate<Request> FIRST = request -> request.isPart(1);
    private static final Predicate<Request> SECOND = request -> request.isPart(2);

    private static final String FIRST_PART = "ERROR: Part 1 of the dump could not be stored in 6 tries, because ";
    private static final String NOT_FOUND = "ERROR: " + OBJECT + " could not be looked for, because ";

    @TempDir
    private static Path files;

    private static HostsFile names;
    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.survives(
                            "the connection is reset in the middle of a part, three times",
                            "The part is sent again, and the dump is made",
                            "",
                            run -> S3Rows.survive(run, 3, SECOND, () -> run.s3().cut(3, SECOND)))
                    .only("s3"),
            Fault.fails(
                            "the connection is reset in the middle of a part, always",
                            "After all tries the build fails; the upload is withdrawn",
                            FIRST_PART
                                    + "the connection to 127.0.0.1 broke: check the network between this machine and S3.",
                            run -> run.s3().cut(Integer.MAX_VALUE, FIRST))
                    .only("s3"),
            S3Rows.survives(
                    "the answer to a part is lost",
                    "The part is sent again, and the dump is made",
                    1,
                    SECOND,
                    FaultProxy.loseAnswer()),
            S3Rows.survives(
                    "a part is not answered, once",
                    "The part is sent again, and the dump is made",
                    1,
                    SECOND,
                    FaultProxy.silence()),
            S3Rows.fails(
                    "a part is never answered",
                    "After all tries the build fails; the upload is withdrawn",
                    FIRST_PART + "127.0.0.1 did not answer in time: check the network between this machine and S3.",
                    FIRST,
                    FaultProxy.silence()),
            S3Rows.fails(
                    "nothing is ever answered",
                    "The build fails before `pg_dump` starts",
                    NOT_FOUND + "127.0.0.1 did not answer in time: check the network between this machine and S3.",
                    request -> true,
                    FaultProxy.silence()),
            Fault.survives(
                            "the agent's name service does not know S3, once",
                            "The part is sent again, and the dump is made",
                            "",
                            S3NetworkFaultsTest::forgetOnce)
                    .only("s3"),
            Fault.fails(
                            "the agent's name service does not know S3",
                            "After all tries the build fails; the upload is withdrawn",
                            FIRST_PART
                                    + "the host s3.example.test is not known: check region and endpoint, and the name service of"
                                    + " this machine.",
                            S3NetworkFaultsTest::forget)
                    .only("s3"),
            Fault.fails(
                            "the host of the endpoint is not known",
                            "The build fails before `pg_dump` starts",
                            NOT_FOUND
                                    + "the host s3.example.invalid is not known: check region and endpoint, and the name"
                                    + " service of this machine.",
                            run -> run.setS3("endpoint", "http://s3.example.invalid"))
                    .only("s3"),
            Fault.fails(
                            "the connection is refused",
                            "The build fails before `pg_dump` starts",
                            NOT_FOUND
                                    + "no connection to 127.0.0.1 could be made: check the endpoint, and that nothing on the"
                                    + " way refuses it.",
                            run -> run.s3().close())
                    .only("s3"),
            Fault.fails(
                            "the TLS certificate is not trusted",
                            "The build fails before `pg_dump` starts",
                            NOT_FOUND
                                    + "the TLS certificate of 127.0.0.1 is not trusted: put its authority into the trust"
                                    + " store of this machine's Java.",
                            S3NetworkFaultsTest::distrust)
                    .only("s3"),
            Fault.fails(
                            "the endpoint speaks no TLS",
                            "The build fails before `pg_dump` starts",
                            NOT_FOUND
                                    + "no TLS connection to 127.0.0.1 could be made: check that the endpoint is one of"
                                    + " https.",
                            run -> run.setS3(
                                    "endpoint",
                                    run.stage().s3().endpoint().toString().replace("http:", "https:")))
                    .only("s3"),
            S3Rows.survives(
                    "a byte of a part is altered on the way, once",
                    "S3 refuses the part by its checksum; it is sent again, and the dump is made",
                    1,
                    SECOND,
                    FaultProxy.alterBody()),
            S3Rows.fails(
                    "a byte of a part is altered on the way, always",
                    "S3 refuses the part by its checksum; after all tries the build fails and the upload is"
                            + " withdrawn",
                    FIRST_PART
                            + "the bytes that arrived are not those that were sent (400 BadDigest): look for a proxy or a"
                            + " device on the way that changes them.",
                    FIRST,
                    FaultProxy.alterBody()),
            S3Rows.survives(
                    "a proxy of the network answers a part with a 502 page, once",
                    "The part is sent again, and the dump is made",
                    1,
                    SECOND,
                    BAD_GATEWAY),
            S3Rows.fails(
                    "a proxy of the network answers every part with a 504 page",
                    "After all tries the build fails; the upload is withdrawn",
                    FIRST_PART
                            + "a proxy or load balancer before S3 failed (504): try again later, and look for what stands"
                            + " on the way if it stays so.",
                    FIRST,
                    GATEWAY_TIMEOUT),
            S3Rows.fails(
                    "a proxy of the network answers a new upload with a 502 page, always",
                    "The build fails before `pg_dump` starts",
                    "ERROR: " + OBJECT
                            + " could not be opened for writing, because a proxy or load balancer before S3 failed"
                            + " (502): try again later, and look for what stands on the way if it stays so.",
                    Request::isCreate,
                    BAD_GATEWAY));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    @Override
    InboundAgentExtension.Options agent() throws Exception {
        names = HostsFile.in(files);
        InboundAgentExtension.Options agent = JenkinsWithAgent.options();
        List<String> java = new ArrayList<>(names.javaOptions());
        // It goes through no proxy to the store, as it has one of its own that leaves the store out.
        java.addAll(List.of(
                "-Dhttp.proxyHost=127.0.0.1",
                "-Dhttp.proxyPort=9",
                "-Dhttp.nonProxyHosts=localhost|127.*|" + HostsFile.NAME));
        agent.setJavaOptions(java);
        return agent;
    }

    private static void forgetOnce(FaultRun run) throws Exception {
        AtomicLong uploads = new AtomicLong();
        AtomicLong parts = new AtomicLong();
        whileOnlyAProxyKnows(
                run,
                () -> names.forgetOnce(() -> {
                    uploads.set(run.s3().count(Request::isCreate));
                    parts.set(run.s3().count(Request::isAnyPart));
                }));
        assertThat(run.log(), run.finish().getResult(), is(Result.SUCCESS));
        assertThat("uploads when the name was not known", uploads.get(), is(1L));
        assertThat("parts when the name was not known", parts.get(), is(0L));
    }

    private static void forget(FaultRun run) throws Exception {
        whileOnlyAProxyKnows(run, names::forget);
    }

    /** The controller goes through Jenkins' proxy, which has its own names, and the agent does not. */
    private static void whileOnlyAProxyKnows(FaultRun run, Forgetting forgetting) throws Exception {
        URI proxy = URI.create(run.s3().endpoint());
        Jenkins.get().setProxy(new ProxyConfiguration(proxy.getHost(), proxy.getPort()));
        try {
            PostgresGate gate = run.gate();
            run.setS3("endpoint", "http://" + HostsFile.NAME + ":" + proxy.getPort());
            run.startUntilInTheMiddle();
            forgetting.forget();
            gate.open();
            run.finish();
        } finally {
            names.remember();
            Jenkins.get().setProxy(null);
        }
    }

    private interface Forgetting {
        void forget() throws IOException;
    }

    private static void distrust(FaultRun run) throws Exception {
        try (UntrustedServer server = UntrustedServer.start(files)) {
            run.setS3("endpoint", server.endpoint());
            run.finish();
        }
    }
}
