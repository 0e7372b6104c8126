package io.jenkins.plugins.pgbackup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.TaskListener;
import io.jenkins.plugins.pgbackup.fixture.RequestCounter;
import io.jenkins.plugins.pgbackup.fixture.S3Server;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * What one controller does for two hundred backups at once. All of it is real, on the agents' side too, but for PostgreSQL's
 * programs: those are scripts here, and each {@code pg_dump} goes on when all of them have come as far.
 */
@WithJenkins
class ManyAgentsTest {

    private static final int AGENTS = 200;

    /** Every so many agents have a dump of three parts, the others one of a single part. */
    private static final int LARGE_EVERY = 20;

    private static final int PART_MIB = 5;
    private static final int LARGE_BYTES = (2 * PART_MIB << 20) + 1;
    private static final int SMALL_BYTES = 10_000;
    private static final int PARTS = AGENTS + 2 * AGENTS / LARGE_EVERY;

    /** The requests to S3 of all backups together. Is the name free, and is the object there: those are two. */
    private static final Map<String, Integer> EXPECTED = Map.of(
            "HEAD dump",
            2 * AGENTS,
            "POST start",
            AGENTS,
            "PUT part",
            PARTS,
            "POST commit",
            AGENTS,
            "PUT manifest",
            AGENTS);

    /** A machine that plays two hundred may be too slow for one request or another, which is then sent again. */
    private static final int RETRIES = AGENTS / 20;

    private static final String BUCKET = "backups";
    private static final String EXECUTORS = "executor of a build";

    /** Two versions, and what the server says of itself. */
    private static final long LINES_OF_PROGRAMS = 3;

    /** Threads that come for all of them together: a timer, one of a pool that is at work just now. */
    private static final long THREADS_FOR_ALL = 20;

    /** Short ones, for what an abort must not break off; and the pool of the HTTP client has one more for each part that overlaps. */
    private static final long THREADS_STARTED_PER_BACKUP = 14;

    /** Twice what it takes where no program is looked at; here all wait for all, and are looked at meanwhile. */
    private static final long CHANNEL_BYTES_PER_BACKUP = 700_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory;

    private final ThreadPoolExecutor executors = new ThreadPoolExecutor(
            AGENTS, AGENTS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), run -> new Thread(run, EXECUTORS));
    private S3Server s3;
    private RequestCounter requests;
    private ManyAgents agents;
    private FreeStyleProject job;

    @BeforeEach
    void start(JenkinsRule jenkins) throws Exception {
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        requests = RequestCounter.before(s3.endpoint(), ManyAgentsTest::kind);
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, JenkinsWithAgent.KEY_PAIR, null, s3.accessKey(), s3.secretKey()));
        job = jenkins.createFreeStyleProject();
        Files.write(file("large"), new byte[LARGE_BYTES]);
        Files.write(file("small"), new byte[SMALL_BYTES]);
        Files.createDirectories(file("bin"));
        Files.createDirectories(file("marks"));
        program("psql", "echo '150004|8000000|shop'");
        program("pg_dump", """
                for argument; do case $argument in --file=*) exec 3>"${argument#--file=}" ;; esac; done
                printf PGDMP >&3
                : >'%1$s/marks/dump.'$$
                [ ! -p '%1$s/gate' ] || read -r _ <'%1$s/gate' || true
                cat "$DUMP" >&3
                """);
        program("pg_restore", """
                for archive; do :; done
                exec 3<"$archive"
                : >'%1$s/marks/restore.'$$
                exec cat <&3 >/dev/null
                """);
        agents = new ManyAgents(AGENTS, directory);
        executors.prestartAllCoreThreads();
    }

    @AfterEach
    void stop() throws Exception {
        executors.shutdownNow();
        agents.close();
        // After a failure some wait for ever, for a FIFO's other end.
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .orElse("")
                        .contains(file("bin").toString()))
                .forEach(ProcessHandle::destroyForcibly);
        requests.close();
        s3.close();
    }

    @Test
    void holdsOneThreadForEachBackupAndAsksLittle() throws Exception {
        // Whatever is there for good from the first time on.
        backUp(0, "first").get();
        clear("marks");
        new ProcessBuilder("mkfifo", file("gate").toString())
                .inheritIO()
                .start()
                .waitFor();
        Map<String, Long> threadsBefore = threads();
        long startedBefore = THREADS.getTotalStartedThreadCount() - requests.threads();
        Map<String, Integer> requestsBefore = requests.counts();
        long bytesBefore = agents.bytes();
        long linesBefore = agents.lines();

        List<Future<?>> backups = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            backups.add(backUp(i, "night"));
        }
        JenkinsWithAgent.await("all programs are at work", () -> count("marks") == 2 * AGENTS);
        Map<String, Long> held = threadsWhenAtRest(threadsBefore);
        // Opened by us it opens to all of them, closed it ends for all of them.
        new FileOutputStream(file("gate").toFile()).close();
        for (Future<?> backup : backups) {
            backup.get();
        }

        assertThat("threads beside those of the steps: " + held, sum(held), lessThan(THREADS_FOR_ALL));
        long started = THREADS.getTotalStartedThreadCount() - requests.threads() - startedBefore;
        assertThat("threads started", started / AGENTS, lessThan(THREADS_STARTED_PER_BACKUP));
        assertThat(
                "bytes on the channels",
                (agents.bytes() - bytesBefore) / AGENTS,
                allOf(greaterThan(0L), lessThan(CHANNEL_BYTES_PER_BACKUP)));
        Map<String, Integer> requested = requests.counts();
        requestsBefore.forEach((kind, before) -> requested.merge(kind, -before, Integer::sum));
        assertThat(
                "a line for each signature and each program that was requested",
                agents.lines() - linesBefore,
                is(requested.get("PUT part") + AGENTS * LINES_OF_PROGRAMS));
        assertThat(requested.keySet(), is(EXPECTED.keySet()));
        EXPECTED.forEach((kind, expected) -> assertThat(
                kind,
                requested.get(kind),
                allOf(greaterThanOrEqualTo(expected), lessThanOrEqualTo(expected + RETRIES))));
        assertThat(s3.objects(BUCKET).size(), is(2 * AGENTS + 2));
        assertThat(s3.unfinishedUploads(BUCKET), is(empty()));
    }

    private Future<?> backUp(int agent, String prefix) throws Exception {
        FilePath workspace = new FilePath(
                agents.channel(agent),
                file("agent-" + agent).resolve("workspace").toString());
        EnvVars environment = new EnvVars(
                "PATH",
                file("bin") + ":/usr/bin:/bin",
                "DUMP",
                file(agent % LARGE_EVERY == 1 ? "large" : "small").toString());
        PgBackupBuilder step = StepSettings.of("postgresql://127.0.0.1/shop", "s3", BUCKET + "/" + prefix + "-" + agent)
                .with("awsCredentialsId", JenkinsWithAgent.KEY_PAIR)
                .with(
                        "s3",
                        Map.of(
                                "endpoint",
                                requests.endpoint().toString(),
                                "pathStyle",
                                true,
                                "region",
                                "us-east-1",
                                "partSize",
                                PART_MIB))
                .with("dump", Map.of("compression", "none"))
                .toBuilder();
        FreeStyleBuild build = new FreeStyleBuild(job);
        return executors.submit(() -> {
            step.perform(build, workspace, environment, workspace.createLauncher(TaskListener.NULL), TaskListener.NULL);
            return null;
        });
    }

    /** What came since then, when it is as little as it gets: what moves on its own is waited for. */
    private static Map<String, Long> threadsWhenAtRest(Map<String, Long> before) throws InterruptedException {
        Map<String, Long> more = Map.of();
        for (int looks = 0; looks == 0 || looks < 100 && sum(more) >= THREADS_FOR_ALL; looks++) {
            Thread.sleep(50);
            more = threads();
            for (Map.Entry<String, Long> one : before.entrySet()) {
                more.merge(one.getKey(), -one.getValue(), Long::sum);
            }
            more.values().removeIf(count -> count <= 0);
        }
        return more;
    }

    /** How many there are of each name, not counting numbers, and the idle ones of Jenkins' own pool for all channels. */
    private static Map<String, Long> threads() {
        Map<String, Long> threads = new TreeMap<>();
        for (ThreadInfo thread : THREADS.dumpAllThreads(false, false)) {
            // While it waits for an agent's answer, a thread's name says so.
            String name = thread.getThreadName().replaceAll("\\d+", "N").replaceFirst(" / waiting for .*", "");
            boolean idle = name.startsWith("Computer.threadPoolForRemoting")
                    && Stream.of(thread.getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("getTask"));
            if (!idle && !name.startsWith(RequestCounter.THREADS)) {
                threads.merge(name, 1L, Long::sum);
            }
        }
        return threads;
    }

    private static long sum(Map<String, Long> threads) {
        return threads.values().stream().mapToLong(Long::longValue).sum();
    }

    /** A request by its first line. */
    private static String kind(String line) {
        String method = line.substring(0, line.indexOf(' '));
        if (line.contains("partNumber=")) {
            return method + " part";
        }
        if (line.contains("uploads")) {
            return method + " start";
        }
        return method + (line.contains("uploadId=") ? " commit" : line.contains(".json") ? " manifest" : " dump");
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private long count(String name) throws IOException {
        try (Stream<Path> files = Files.list(file(name))) {
            return files.count();
        }
    }

    private void clear(String name) throws IOException {
        try (Stream<Path> files = Files.list(file(name))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    /** @param script in the language of {@code sh}; {@code %1$s} is the test's directory */
    private void program(String name, String script) throws IOException {
        Path program = file("bin").resolve(name);
        Files.writeString(program, """
                #!/bin/sh
                set -e
                [ "$1" = --version ] && { echo '%s (PostgreSQL) 15.4'; exit; }
                """.formatted(name) + script.replace("%1$s", directory.toString()));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
