package io.jenkins.plugins.pgbackup.faults;

import static io.jenkins.plugins.pgbackup.faults.S3Rows.DENIED;
import static io.jenkins.plugins.pgbackup.faults.S3Rows.FAILED;
import static io.jenkins.plugins.pgbackup.faults.S3Rows.OBJECT;
import static io.jenkins.plugins.pgbackup.faults.S3Rows.SLOW_DOWN;
import static io.jenkins.plugins.pgbackup.fixture.FaultProxy.answer;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy;
import io.jenkins.plugins.pgbackup.fixture.FaultProxy.Request;
import io.jenkins.plugins.pgbackup.fixture.PostgresGate;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/** What S3 answers with a refusal. */
class S3FaultsTest extends FaultTable {

    private static final String WRONG_TIME =
            "the clock of the machine that signs differs from S3's by more than 15 minutes" + " (403 …): set it right.";

    private static final Predicate<Request> LOOK = request -> request.is("HEAD");
    private static final Predicate<Request> LIST = request -> request.target().contains("list-type=2");

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.fails(
                            "the bucket does not exist",
                            "The build fails before `pg_dump` starts",
                            "ERROR: s3://…/shop.dump.zst could not be opened for writing, because there is no such bucket:"
                                    + " create it, or correct the destination.",
                            run -> run.set("destination", "nobody-made-" + UUID.randomUUID()))
                    .only("s3"),
            Fault.fails(
                            "S3 does not know the access key",
                            "The build fails before `pg_dump` starts",
                            "ERROR: " + OBJECT + " could not be looked for, because S3 does not know this access key"
                                    + " (403 InvalidAccessKeyId): choose other AWS credentials.",
                            run -> {
                                run.stage().jenkins().addLogin("stranger", "AKIASTRANGER", "any key");
                                run.set("awsCredentialsId", "stranger");
                            })
                    .only("s3"),
            Fault.fails(
                            "the secret key is wrong",
                            "The build fails before `pg_dump` starts",
                            "ERROR: " + OBJECT + " could not be looked for, because S3 found the signature wrong"
                                    + " (403 SignatureDoesNotMatch): check that the secret key belongs to the access key,"
                                    + " and that no proxy changes the requests.",
                            run -> {
                                String accessKey = run.stage().s3().accessKey();
                                run.stage().jenkins().addLogin("wrong-key", accessKey, "another key");
                                run.set("awsCredentialsId", "wrong-key");
                            })
                    .only("s3"),
            S3Rows.fails(
                    "S3 denies a new upload (403)",
                    "The build fails before `pg_dump` starts",
                    "ERROR: " + OBJECT + " could not be opened for writing, because S3 denied it"
                            + " (403 AccessDenied: Access Denied): allow s3:PutObject (s3:PutObjectTagging for tags,"
                            + " kms:GenerateDataKey and kms:Decrypt for aws:kms) to these AWS credentials.",
                    Request::isCreate,
                    DENIED),
            S3Rows.fails(
                    "S3 denies a part (403)",
                    "It is signed anew and sent once more, then the build fails; the upload is withdrawn",
                    "ERROR: Part 1 of the dump could not be stored in 2 tries, because S3 denied it"
                            + " (403 AccessDenied: Access Denied): allow s3:PutObject to these AWS credentials.",
                    Request::isAnyPart,
                    DENIED),
            S3Rows.fails(
                    "the bucket is in another region (301)",
                    "The build fails before `pg_dump` starts",
                    "ERROR: " + OBJECT + " could not be looked for, because the bucket is in another region"
                            + " (301 PermanentRedirect): set the region to eu-central-1.",
                    LOOK.or(LIST),
                    answer(
                            301,
                            "PermanentRedirect",
                            "The bucket you are attempting to access must be addressed using the specified endpoint.",
                            "x-amz-bucket-region: eu-central-1")),
            S3Rows.fails(
                    "the bucket is in another region (400)",
                    "The build fails before `pg_dump` starts",
                    "ERROR: " + OBJECT + " could not be looked for, because the bucket is in another region"
                            + " (400 AuthorizationHeaderMalformed): set the region to eu-central-1.",
                    LOOK.or(LIST),
                    answer(
                            400,
                            "AuthorizationHeaderMalformed",
                            "The authorization header is malformed; the region 'us-east-1' is wrong;"
                                    + " expecting 'eu-central-1'")),
            S3Rows.fails(
                    "the controller's clock is wrong",
                    "The build fails before `pg_dump` starts",
                    "ERROR: " + OBJECT + " could not be looked for, because " + WRONG_TIME,
                    LOOK.or(LIST),
                    answer(
                            403,
                            "RequestTimeTooSkewed",
                            "The difference between the request time and the current time is too large.")),
            S3Rows.fails(
                    "the controller's clock is wrong, which S3 finds with the first part",
                    "It is signed anew and sent once more, then the build fails; the upload is withdrawn",
                    "ERROR: Part 1 of the dump could not be stored in 2 tries, because " + WRONG_TIME,
                    Request::isAnyPart,
                    answer(403, "AccessDenied", "Request has expired")),
            Fault.survives(
                            "the session of the AWS credentials expires in the middle of the upload",
                            "The controller renews the session; the part is signed anew and sent again, and the dump is"
                                    + " made",
                            "",
                            S3FaultsTest::expire)
                    .only("s3"),
            S3Rows.fails(
                    "the session of the AWS credentials has expired, and they do not renew it",
                    "After all tries the build fails; the upload is withdrawn",
                    "ERROR: Part 1 of the dump could not be stored in 6 tries, because the session token of the AWS"
                            + " credentials has expired (400 ExpiredToken): renew the credentials, or use ones that renew"
                            + " themselves, like a role.",
                    Request::isAnyPart,
                    answer(400, "ExpiredToken", "The provided token has expired.")),
            S3Rows.survives(
                    "S3 answers a part with 500, once",
                    "The part is sent again, and the dump is made",
                    1,
                    part(2),
                    FAILED),
            S3Rows.survives(
                    "S3 answers a part with 500, three times",
                    "The part is sent again, and the dump is made",
                    3,
                    part(2),
                    FAILED),
            S3Rows.fails(
                    "S3 answers a part with 500, always",
                    "After all tries the build fails; the upload is withdrawn",
                    "ERROR: Part 2 of the dump could not be stored in 6 tries, because S3 failed"
                            + " (500 InternalError: We encountered an internal error): try again later.",
                    part(2),
                    FAILED),
            S3Rows.survives(
                    "S3 answers a part with 503 SlowDown, five times",
                    "The part is sent again after growing pauses, and the dump is made",
                    5,
                    part(2),
                    SLOW_DOWN),
            S3Rows.fails(
                    "S3 answers every part with 503 SlowDown",
                    "After all tries the build fails; the upload is withdrawn",
                    "ERROR: Part 1 of the dump could not be stored in 6 tries, because S3 is overloaded"
                            + " (503 SlowDown: Please reduce your request rate): try again later, or run fewer backups at"
                            + " once.",
                    part(1),
                    SLOW_DOWN),
            S3Rows.fails(
                    "S3 answers a new upload with 500, always",
                    "The build fails before `pg_dump` starts",
                    "ERROR: " + OBJECT + " could not be opened for writing, because S3 failed"
                            + " (500 InternalError: We encountered an internal error): try again later.",
                    Request::isCreate,
                    FAILED),
            Fault.fails(
                            "another job aborts the upload in the middle of the dump",
                            "The build fails at once",
                            "ERROR: Part 1 of the dump could not be stored, because the multipart upload is gone"
                                    + " (404 NoSuchUpload): look for a lifecycle rule of the bucket or another job that"
                                    + " aborts uploads, and start again.",
                            S3FaultsTest::abortInTheMiddle)
                    .only("s3"),
            Fault.fails(
                            "an object of that name exists",
                            "The build fails before `pg_dump` starts; the object stays as it was",
                            "ERROR: " + OBJECT
                                    + " exists already and was left as it is: choose another file name or prefix,"
                                    + " or remove it first.",
                            run -> run.putOlderObject("shop.dump.zst"))
                    .only("s3"),
            Fault.fails(
                            "an object of that name appears while the dump is made",
                            "The commit is refused and the build fails; the object stays as it was, and the upload is"
                                    + " withdrawn",
                            "ERROR: " + OBJECT
                                    + " exists already and was left as it is: choose another file name or prefix,"
                                    + " or remove it first.",
                            run -> {
                                PostgresGate gate = run.gate();
                                run.startUntilInTheMiddle();
                                run.putOlderObject("shop.dump.zst");
                                gate.open();
                            })
                    .only("s3"),
            Fault.fails(
                            "the store knows no encryption, and says so",
                            "The build fails before `pg_dump` starts",
                            "ERROR: " + OBJECT
                                    + " could not be opened for writing, because the store cannot do something that"
                                    + " was requested (501 NotImplemented: Server-side encryption is not supported): remove"
                                    + " encryption, tags and storage class from the settings, as far as it does not know them.",
                            run -> run.setS3("sse", "aws:kms"))
                    .only("s3"),
            Fault.fails(
                            "the store does not know the encryption, and says little",
                            "The build fails before `pg_dump` starts",
                            "ERROR: " + OBJECT + " could not be opened for writing, because S3 refused it"
                                    + " (400 InvalidArgument: Invalid Argument): check that it knows what is set as encryption"
                                    + " and tags, then region and endpoint.",
                            run -> {
                                run.setS3("sse", "aws:kms").setS3("tags", List.of("team=shop"));
                                run.s3().always(Request::isCreate, answer(400, "InvalidArgument", "Invalid Argument"));
                            })
                    .only("s3"));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    private static Predicate<Request> part(int number) {
        return request -> request.isPart(number);
    }

    /** S3 refuses whatever the first session signed, from the second part on. */
    private static void expire(FaultRun run) throws Exception {
        FaultProxy proxy = run.s3();
        ExpiringSession session = new ExpiringSession(
                run.job().getName(),
                run.stage().s3().accessKey(),
                run.stage().s3().secretKey());
        run.stage().jenkins().add(session);
        S3Rows.inParts(run).set("awsCredentialsId", session.getId());
        FaultProxy.Fault expired = answer(400, "ExpiredToken", "The provided token has expired.");
        Predicate<Request> bySession = request -> request.head().contains(ExpiringSession.FIRST);
        proxy.plan(1, bySession.and(part(2)), (self, request, client) -> {
            session.expire();
            proxy.always(bySession, expired);
            expired.happen(self, request, client);
        });

        Run<?, ?> build = run.finish();

        assertThat(run.log(), build.getResult(), is(Result.SUCCESS));
        assertThat("second part", proxy.count(bySession.and(part(2))), is(1L));
        assertThat("second part, signed anew", proxy.count(part(2)), is(2L));
        assertThat("first session", proxy.count(bySession), is(greaterThan(1L)));
    }

    /** S3Proxy takes parts of an upload that is gone, which S3 does not. */
    private static void abortInTheMiddle(FaultRun run) throws Exception {
        PostgresGate gate = run.gate();
        run.startUntilInTheMiddle();
        for (String id : run.stage().s3().uploadIds(run.bucket())) {
            run.stage().s3().abort(run.bucket(), "shop.dump.zst", id);
        }
        run.s3()
                .always(
                        Request::isAnyPart,
                        answer(404, "NoSuchUpload", "The specified multipart upload does not exist."));
        gate.open();
    }
}
