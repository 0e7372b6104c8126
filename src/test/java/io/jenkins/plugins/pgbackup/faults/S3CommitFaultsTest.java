package io.jenkins.plugins.pgbackup.faults;

import static io.jenkins.plugins.pgbackup.faults.S3Rows.DENIED;
import static io.jenkins.plugins.pgbackup.faults.S3Rows.FAILED;
import static io.jenkins.plugins.pgbackup.faults.S3Rows.OBJECT;
import static io.jenkins.plugins.pgbackup.fixture.FaultProxy.alterAnswer;
import static io.jenkins.plugins.pgbackup.fixture.FaultProxy.answer;
import static io.jenkins.plugins.pgbackup.fixture.FaultProxy.loseAnswer;
import static io.jenkins.plugins.pgbackup.fixture.FaultProxy.reset;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What happens when the last part has been sent, and with stores that differ from S3. */
class S3CommitFaultsTest extends FaultTable {

    private static final FaultProxy.Fault FAILED_WITH_200 =
            answer(200, "InternalError", "We encountered an internal error.");

    private static final Pattern FIRST_DIGIT_OF_SIZE = Pattern.compile("(?<=(?i:content-length): )\\d");

    private static final String NOT_COMMITTED = "ERROR: " + OBJECT + " could not be committed, because ";
    private static final String SOMETHING_ELSE = "ERROR: The store keeps something else as " + OBJECT
            + " than what was sent, so it was removed again: check the store, then start the backup again.";

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            S3Rows.survives(
                    "the answer to the commit is lost, once",
                    "The commit is requested again, and the dump is made",
                    1,
                    Request::isComplete,
                    loseAnswer()),
            Fault.survives(
                            "the answer to the commit is lost, always",
                            "S3 is queried for the object, which has our size and checksum: the dump is made",
                            "",
                            run -> {
                                run.s3().always(Request::isComplete, loseAnswer());
                                survive(run, Request::isComplete, 6);
                            })
                    .only("s3"),
            Fault.fails(
                            "the answer to the commit is lost, and S3 cannot be queried for its outcome",
                            "The build fails; on the way out the object is found and removed",
                            "ERROR: It is not known whether " + OBJECT + " was committed: " + OBJECT
                                    + " could not be looked for, because the connection to 127.0.0.1 broke: check the network"
                                    + " between this machine and S3.",
                            run -> {
                                run.s3().always(Request::isComplete, loseAnswer());
                                run.s3().plan(6, afterCommit(run), reset());
                            })
                    .only("s3"),
            S3Rows.survives(
                    "the commit is answered with 200 and an error, once",
                    "The commit is requested again, and the dump is made",
                    1,
                    Request::isComplete,
                    FAILED_WITH_200),
            S3Rows.fails(
                    "the commit is answered with 200 and an error, always",
                    "The error counts, not the 200: the build fails and the upload is withdrawn",
                    NOT_COMMITTED + "S3 failed (200 InternalError: We encountered an internal error): try again later.",
                    Request::isComplete,
                    FAILED_WITH_200),
            S3Rows.survives(
                    "the commit is answered with 500, three times",
                    "The commit is requested again, and the dump is made",
                    3,
                    Request::isComplete,
                    FAILED),
            S3Rows.fails(
                    "the commit is answered with 500, always",
                    "After all tries the build fails; the upload is withdrawn",
                    NOT_COMMITTED + "S3 failed (500 InternalError: We encountered an internal error): try again later.",
                    Request::isComplete,
                    FAILED),
            S3Rows.fails(
                    "the commit is denied (403)",
                    "The build fails; the upload is withdrawn",
                    NOT_COMMITTED
                            + "S3 denied it (403 AccessDenied: Access Denied): allow s3:PutObject (kms:Decrypt for"
                            + " aws:kms) to these AWS credentials.",
                    Request::isComplete,
                    DENIED),
            Fault.fails(
                            "the object has another size than what was sent",
                            "The object is removed and the build fails",
                            SOMETHING_ELSE,
                            run -> run.s3().always(afterCommit(run), alterAnswer(S3CommitFaultsTest::ofAnotherSize)))
                    .only("s3"),
            Fault.fails(
                            "the object has another checksum than what was sent",
                            "The object is removed and the build fails",
                            SOMETHING_ELSE,
                            run -> run.s3()
                                    .always(
                                            afterCommit(run),
                                            alterAnswer(answer -> answer.replaceFirst(
                                                    "(?i)x-amz-checksum-crc32: .{8}",
                                                    "x-amz-checksum-crc32: AAAAAA=="))))
                    .only("s3"),
            Fault.fails(
                            "the object is gone right after the commit",
                            "The build fails",
                            "ERROR: " + OBJECT
                                    + " was committed but is not there: look for a rule or a job that removes"
                                    + " objects from the bucket.",
                            run -> run.s3()
                                    .plan(
                                            1,
                                            afterCommit(run),
                                            FaultProxy.first(
                                                    () -> run.stage().s3().delete(run.bucket(), "shop.dump.zst"))))
                    .only("s3"),
            Fault.survives(
                            "what was stored cannot be looked at",
                            "The dump is made, and the build says that nothing was compared",
                            "Backed up to s3://…/shop.dump: …; at rest: not compared",
                            run -> {
                                run.s3().always(afterCommit(run), answer(403, "", ""));
                                run.s3().always(request -> request.target().contains("list-type=2"), DENIED);
                                survive(run, request -> request.is("HEAD"), 2);
                            })
                    .only("s3"),
            Fault.survives(
                            "the store knows no checksums",
                            "The dump is made, with its size as the only comparison",
                            "Backed up to s3://…/shop.dump: …; at rest: size compared",
                            run -> {
                                run.s3().always(request -> true, alterAnswer(S3CommitFaultsTest::withoutChecksums));
                                survive(run, Request::isComplete, 1);
                            })
                    .only("s3"),
            Fault.survives(
                            "the store refuses checksums",
                            "The upload begins again without checksums, and the dump is made",
                            "Backed up to s3://…/shop.dump: …; at rest: size compared",
                            run -> {
                                run.s3()
                                        .always(
                                                has("x-amz-checksum-"),
                                                answer(501, "NotImplemented", "A header is not implemented."));
                                survive(run, Request::isCreate, 2);
                            })
                    .only("s3"),
            Fault.survives(
                            "the store knows no conditional writes",
                            "It is looked once more that there is no such object, then the dump is made",
                            "",
                            run -> {
                                run.s3()
                                        .always(
                                                has("if-none-match:").and(Request::isComplete),
                                                answer(501, "NotImplemented", "A header is not implemented."));
                                survive(run, Request::isComplete, 2);
                            })
                    .only("s3"),
            Fault.survives(
                            "the store demands parts of equal size",
                            "All parts but the last have one size: the dump is made",
                            "",
                            run -> {
                                run.s3().always(Request::isComplete, S3CommitFaultsTest::demandEqualParts);
                                survive(run, Request::isComplete, 1);
                            })
                    .only("s3"));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    /** Has a backup of several parts made with so many requests of a kind. */
    private static void survive(FaultRun run, Predicate<Request> which, long requests) throws Exception {
        S3Rows.inParts(run);
        Run<?, ?> build = run.finish();
        assertThat(run.log(), build.getResult(), is(Result.SUCCESS));
        assertThat("parts", run.s3().count(Request::isAnyPart), is(greaterThan(2L)));
        assertThat("requests", run.s3().count(which), is(requests));
    }

    /** Looking at the object once it may be there. */
    private static Predicate<Request> afterCommit(FaultRun run) {
        return request -> request.is("HEAD") && run.s3().count(Request::isComplete) > 0;
    }

    private static Predicate<Request> has(String header) {
        return request -> request.head().toLowerCase(Locale.ROOT).contains("\r\n" + header);
    }

    /** As long as before. */
    private static String ofAnotherSize(String answer) {
        return FIRST_DIGIT_OF_SIZE
                .matcher(answer)
                .replaceFirst(digit -> digit.group().equals("9") ? "8" : "9");
    }

    /** As a store answers that ignores what it does not know; as long as before. */
    private static String withoutChecksums(String answer) {
        return answer.replaceAll("(?i)x-amz-checksum-", "x-not-checksum-")
                .replace("ChecksumCRC32", "NoChecksumYet")
                .replace("ChecksumType", "NoSumAtAllYe")
                .replace("ChecksumAlgorithm", "NoSumWithSomeName");
    }

    /** As Cloudflare R2 does: all but the last. */
    private static void demandEqualParts(FaultProxy proxy, Request request, Socket client) throws IOException {
        List<Integer> sizes = proxy.requests().stream()
                .filter(Request::isAnyPart)
                .map(part -> part.body().length)
                .sorted()
                .toList();
        long largest =
                sizes.stream().filter(sizes.get(sizes.size() - 1)::equals).count();
        if (largest >= sizes.size() - 1) {
            client.getOutputStream().write(proxy.forward(request));
        } else {
            answer(400, "InvalidPart", "All non-trailing parts must have the same length.")
                    .happen(proxy, request, client);
        }
    }
}
