package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import hudson.ProxyConfiguration;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import io.jenkins.plugins.pgbackup.fixture.RequestTap;
import io.jenkins.plugins.pgbackup.fixture.RestoredDump;
import io.jenkins.plugins.pgbackup.fixture.S3MockServer;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * What the step's {@code s3: [...]} makes of the requests. S3Mock knows every option, but forgets the encryption of an object
 * made of parts: the requests themselves are looked at. S3Proxy checks their signatures.
 */
@WithJenkins
class S3OptionsTest {

    private static final PostgresCluster POSTGRES = PostgresCluster.shared();
    private static final String DATABASE = "options";
    private static final String RESTORED = "options restored";
    private static final String BUCKET = "option-bucket";
    private static final String KMS_KEY = "2d1d7d4f-1a2b-4c3d-9e8f-0123456789ab";

    private static final String STORAGE_CLASS = "x-amz-storage-class";
    private static final String ENCRYPTION = "x-amz-server-side-encryption";
    private static final String ENCRYPTION_KEY = "x-amz-server-side-encryption-aws-kms-key-id";
    private static final String TAGS = "x-amz-tagging";

    private static JenkinsWithAgent jenkins;
    private static S3MockServer mock;
    private static S3Server s3;

    private RequestTap tap;

    @BeforeAll
    static void start(JenkinsRule rule) throws Exception {
        jenkins = JenkinsWithAgent.start(rule);
        mock = S3MockServer.startWithKmsKeys("arn:aws:kms:eu-central-1:123456789012:key/" + KMS_KEY);
        mock.createBucket(BUCKET);
        s3 = S3Server.start(S3Server.IN_MEMORY);
        s3.createBucket(BUCKET);
        jenkins.add(POSTGRES);
        jenkins.add(s3);
        POSTGRES.createDatabase(DATABASE);
        POSTGRES.psql(DATABASE, "CREATE TABLE customer AS SELECT n FROM generate_series(1, 1000) AS n");
    }

    @AfterAll
    static void stop() throws Exception {
        POSTGRES.dropDatabase(DATABASE);
        s3.close();
        mock.close();
        jenkins.close();
    }

    @AfterEach
    void cleanUp() throws Exception {
        tap.close();
        POSTGRES.dropDatabase(RESTORED);
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void goWithTheDumpAndItsManifest(StepKind door) throws Exception {
        String name = door.name();
        Map<String, Object> options = Map.ofEntries(
                Map.entry("storageClass", "STANDARD_IA"),
                Map.entry("sse", "aws:kms"),
                Map.entry("kmsKeyId", KMS_KEY),
                Map.entry("tags", List.of("team=backup", "purpose=nightly")),
                Map.entry("partSize", 7));

        jenkins.build(door.job(jenkins, toMock(options).with("fileName", name)));

        Request dump = requested("POST", path(name) + "?uploads");
        assertThat(dump.header(STORAGE_CLASS), is("STANDARD_IA"));
        assertThat(dump.header(ENCRYPTION), is("aws:kms"));
        assertThat(dump.header(ENCRYPTION_KEY), is(KMS_KEY));
        assertThat(dump.header(TAGS), is("team=backup&purpose=nightly"));
        assertThat(head(path(name)).firstValue(STORAGE_CLASS).orElse(null), is("STANDARD_IA"));
        assertThat(tagsOf(path(name)), is(Map.of("team", "backup", "purpose", "nightly")));

        // In the default storage class: it is read whenever dumps are listed, which the archive classes do not allow.
        String manifest = path(name) + ".json";
        assertThat(requested("PUT", manifest).header(STORAGE_CLASS), is(nullValue()));
        assertThat(head(manifest).firstValue(ENCRYPTION).orElse(null), is("aws:kms"));
        assertThat(head(manifest).firstValue(ENCRYPTION_KEY).orElse(null), is(KMS_KEY));
        assertThat(tagsOf(manifest), is(Map.of("team", "backup", "purpose", "nightly")));
        assertThat(ask("GET", manifest).body().replace(" ", ""), containsString("\"partSizeBytes\":" + (7 << 20)));
    }

    @Test
    void tagsAreEncodedAsAQueryIs() throws Exception {
        StepSettings tagged = toMock(Map.of("tags", List.of("cost center=Größe A+B", "formula=a=b/c:@")));

        jenkins.build(jenkins.pipelineOnAgent(tagged.with("fileName", "encoded").toStep()));

        assertThat(
                requested("POST", path("encoded") + "?uploads").header(TAGS),
                is("cost%20center=Gr%C3%B6%C3%9Fe%20A%2BB&formula=a%3Db%2Fc%3A%40"));
    }

    @Test
    void nothingIsAskedForThatIsNotSet() throws Exception {
        jenkins.build(jenkins.pipelineOnAgent(
                toMock(Map.of()).with("fileName", "plain").toStep()));

        assertThat(requests(), is(not(empty())));
        for (Request request : requests()) {
            assertThat(request.head(), request.header(STORAGE_CLASS), is(nullValue()));
            assertThat(request.head(), request.header(ENCRYPTION), is(nullValue()));
            assertThat(request.head(), request.header(ENCRYPTION_KEY), is(nullValue()));
            assertThat(request.head(), request.header(TAGS), is(nullValue()));
        }
    }

    @Test
    void aKeyThatTheStoreDoesNotKnowIsAFailureThatSaysSo() throws Exception {
        StepSettings settings =
                toMock(Map.of("sse", "aws:kms", "kmsKeyId", "another")).with("fileName", "unknown-key");

        Run<?, ?> build = jenkins.build(jenkins.pipelineOnAgent(settings.toStep()), Result.FAILURE);

        assertThat(JenkinsRule.getLog(build), containsString("the KMS key cannot be used"));
        assertThat(mock.objects(BUCKET), not(hasItem(containsString("unknown-key"))));
        assertThat(mock.unfinishedUploads(BUCKET), is(empty()));
    }

    /** Every request is checked by a server that knows the secret key. */
    @ParameterizedTest
    @CsvSource({"eu-central-1, AES256, ''", "us-gov-west-1, aws:kms, alias/backups"})
    void regionAndEncryptionAreSigned(String region, String encryption, String encryptionKey) throws Exception {
        StepSettings settings = toProxy(Map.of("region", region, "sse", encryption, "kmsKeyId", encryptionKey))
                .with("fileName", region);

        jenkins.build(jenkins.pipelineOnAgent(settings.toStep()));

        assertThat(requested("POST", path(region) + "?uploads").header(ENCRYPTION), is(encryption));
        assertThat(requested("PUT", path(region) + ".json").header(ENCRYPTION), is(encryption));
        assertThat(tap.requested("Credential=[^/ ]+/\\d{8}/([^/ ]+)/s3/aws4_request"), is(Set.of(region)));
        assertThat(
                tap.requested("X-Amz-Credential=[^ &]+?%2F\\d{8}%2F([^% &]+)%2Fs3%2Faws4_request"), is(Set.of(region)));
        String key = region + ".dump";
        POSTGRES.createDatabase(RESTORED);
        new RestoredDump(key, s3.object(BUCKET, key)).restore(POSTGRES, RESTORED);
        DatabaseComparison.assertSame(POSTGRES, DATABASE, RESTORED);
    }

    @Test
    void theBucketIsInThePathWithPathStyle() throws Exception {
        StepSettings settings = toProxy(Map.of("pathStyle", true)).with("fileName", "path-style");

        jenkins.build(jenkins.pipelineOnAgent(settings.toStep()));

        List<String> targets = requests().stream().map(Request::target).toList();
        assertThat(targets, everyItem(startsWith("/" + BUCKET + "/path-style")));
        assertThat(hosts(), is(Set.of(tap.endpoint().getAuthority())));
    }

    /** A name that only the proxy would know: Jenkins', through which the controller speaks. */
    @Test
    void theBucketIsInTheHostNameWithoutPathStyle() throws Exception {
        tap = RequestTap.before(mock.endpoint());
        URI proxy = tap.endpoint();
        jenkins.rule().jenkins.setProxy(new ProxyConfiguration(proxy.getHost(), proxy.getPort()));
        try {
            StepSettings settings = settings(Map.of("endpoint", "http://s3.example.invalid", "pathStyle", false))
                    .with("fileName", "host-style");

            jenkins.build(jenkins.pipelineOnAgent(settings.toStep()), Result.FAILURE);

            assertThat(hosts(), is(Set.of(BUCKET + ".s3.example.invalid")));
        } finally {
            jenkins.rule().jenkins.setProxy(null);
        }
    }

    private StepSettings toMock(Map<String, Object> options) throws Exception {
        tap = RequestTap.before(mock.endpoint());
        return toTap(options);
    }

    private StepSettings toProxy(Map<String, Object> options) throws Exception {
        tap = RequestTap.before(s3.endpoint());
        return toTap(options);
    }

    private StepSettings toTap(Map<String, Object> options) {
        Map<String, Object> reached = new LinkedHashMap<>(options);
        reached.putIfAbsent("endpoint", tap.endpoint().toString());
        reached.putIfAbsent("pathStyle", true);
        return settings(reached);
    }

    private static StepSettings settings(Map<String, Object> options) {
        return JenkinsWithAgent.toS3(POSTGRES.urlWithoutPassword(DATABASE), s3, BUCKET)
                .with("s3", options)
                .with("dump", Map.of("compression", "gzip:1"));
    }

    private static String path(String fileName) {
        return "/" + BUCKET + "/" + fileName + ".dump";
    }

    /** The requests to the server since the test began. */
    private List<Request> requests() {
        return tap.requested("((?:HEAD|GET|PUT|POST|DELETE) \\S+ HTTP/1\\.1\r\n(?:[^\r\n]+\r\n)*)").stream()
                .map(Request::new)
                .toList();
    }

    private Set<String> hosts() {
        return requests().stream().map(request -> request.header("host")).collect(Collectors.toSet());
    }

    /** The one request of that kind. */
    private Request requested(String method, String target) {
        List<Request> found = requests().stream()
                .filter(request -> request.head().startsWith(method + " " + target + " "))
                .toList();
        assertThat(method + " " + target + " of " + requests(), found, hasSize(1));
        return found.get(0);
    }

    private static HttpHeaders head(String path) throws Exception {
        return ask("HEAD", path).headers();
    }

    private static Map<String, String> tagsOf(String path) throws Exception {
        Map<String, String> tags = new HashMap<>();
        Pattern.compile("<Key>(.*?)</Key><Value>(.*?)</Value>")
                .matcher(ask("GET", path + "?tagging").body())
                .results()
                .forEach(tag -> tags.put(tag.group(1), tag.group(2)));
        return tags;
    }

    /** S3Mock takes requests without a signature, too. */
    private static HttpResponse<String> ask(String method, String target) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(mock.endpoint() + target))
                                .method(method, BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
        assertThat(method + " " + target + ": " + answer.body(), answer.statusCode(), is(200));
        return answer;
    }

    /** A request without its body. */
    private record Request(String head) {

        String target() {
            return head.split(" ")[1];
        }

        /** The value of a header, or {@code null} without it. */
        String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }
    }
}
