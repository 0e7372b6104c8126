package io.jenkins.plugins.pgbackup.engine.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.jenkins.plugins.pgbackup.engine.BackupListener;
import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import io.jenkins.plugins.pgbackup.engine.machine.Fifo;
import io.jenkins.plugins.pgbackup.engine.machine.Machine;
import io.jenkins.plugins.pgbackup.engine.machine.PrivateDirectory;
import io.jenkins.plugins.pgbackup.engine.machine.RunningProgram;
import io.jenkins.plugins.pgbackup.engine.machine.Transcript;
import io.jenkins.plugins.pgbackup.engine.machine.Uninterruptibly;
import io.jenkins.plugins.pgbackup.engine.postgres.Operation;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresUrl;
import io.jenkins.plugins.pgbackup.engine.postgres.PostgresVersion;
import io.jenkins.plugins.pgbackup.engine.text.PrintableLine;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of one run: made by {@code initdb} in a private directory, reached by a Unix socket that only its owner
 * can open, and gone when it is closed.
 *
 * <p>It ends with the Java process of its machine too, however that ends: a shell reads a FIFO that the process holds open, and
 * at the FIFO's end it stops the server and removes its data.
 *
 * <p>A dump that is not trusted is restored here, by a role that is no superuser ({@link #OWNER}). Nothing that the dump
 * holds is ever run with more rights: what is queried afterwards is queried by that role. What {@code pg_dump} counts on a
 * superuser for is done by an event trigger before the statement that needs it, see {@link PrivateDatabase}.
 */
public final class PrivateServer implements AutoCloseable {

    /** The role that owns the database and restores the dump. */
    private static final String OWNER = "pgbackup";

    private static final int FIRST_WITH_PG_AMCHECK = 14;

    private static final String READY = "database system is ready to accept connections";

    /** What a socket's path may have, in bytes, the terminating NUL not counted: 107 on Linux, 103 on macOS ({@code sun_path}). */
    private static final int LONGEST_SOCKET_PATH = 103;

    private static final String SOCKET = "/.s.PGSQL.5432";

    private static final long FIRST_LOOK_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    private static final long SECONDS_TO_STOP = 20;

    /**
     * Runs the server until it ends or the FIFO does. An immediate shutdown (SIGQUIT) loses what is to be thrown away, but
     * leaves no shared memory. Arguments: the FIFO, the data directory, a directory to make for the socket or nothing, the
     * server's command.
     */
    private static final String RUN = """
            exec 3<"$1" || exit
            data=$2
            sockets=$3
            shift 3
            [ -z "$sockets" ] || mkdir -m 700 "$sockets" || exit
            "$@" 3<&- &
            server=$!
            trap 'kill -QUIT "$server"' HUP INT TERM
            (read -r end <&3; kill -QUIT "$server") 2>/dev/null &
            watch=$!
            exec 3<&-
            while kill -0 "$server" 2>/dev/null
            do
                wait "$server"
                code=$?
            done
            kill "$watch" 2>/dev/null
            rm -rf "$data"
            [ -z "$sockets" ] || rm -rf "$sockets"
            exit "$code"
            """;

    private final Machine machine;
    private final PrivateDirectory directory;
    private final BackupListener listener;
    private final ServerPrograms programs;
    private final String superuser = "superuser_" + secret();
    private final String superuserPassword = secret();
    private final String ownerPassword = secret();
    private final String socketDirectory;
    private int databases;

    private Future<Boolean> held;
    private RunningProgram server;
    private PostgresClient client;

    private PrivateServer(
            Machine machine, PrivateDirectory directory, ServerPrograms programs, BackupListener listener) {
        this.machine = machine;
        this.directory = directory;
        this.programs = programs;
        this.listener = listener;
        this.socketDirectory = fits(directory.toString()) ? directory.toString() : "/tmp/pgbackup-" + UUID.randomUUID();
    }

    /**
     * Starts a server.
     *
     * @param directory where its data is, as large as the restored database; it must outlive the server
     * @param client has no password of its own in that directory
     * @param least the least major version
     * @throws BackupException if the machine cannot have one
     */
    public static PrivateServer start(
            Machine machine, PrivateDirectory directory, PostgresClient client, int least, BackupListener listener)
            throws IOException, InterruptedException {
        ServerPrograms programs = ServerPrograms.find(client, least);
        PrivateServer made = new PrivateServer(machine, directory, programs, listener);
        try {
            made.initialize(client);
            made.run(client);
            made.client =
                    PostgresClient.on(Operation.RESTORE, machine, directory, made.url(made.superuser, "postgres"));
            return made;
        } catch (IOException | InterruptedException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    public PostgresVersion version() {
        return programs.version();
    }

    /** Whether the server has the extension that {@code pg_amcheck} needs, and that is one of its own. */
    public boolean hasAmcheck() {
        return programs.version().major() >= FIRST_WITH_PG_AMCHECK;
    }

    /** Where the server's own programs are. */
    public String path(String program) {
        return programs.path(program);
    }

    /**
     * Creates an empty database.
     *
     * @param trust whether its owner is a superuser, who may run programs
     * @param amcheck whether its owner may look for corruption
     * @return its URL for its owner
     */
    public PostgresUrl createDatabase(boolean trust, boolean amcheck) throws IOException, InterruptedException {
        databases++;
        String name = databases == 1 ? OWNER : OWNER + databases;
        String sql = PrivateDatabase.sql(
                name, OWNER, ownerPassword, urlWithPassword(superuser, superuserPassword, name), trust, amcheck);
        String file = directory.write("create-" + databases + ".sql", sql.getBytes(UTF_8));
        client.run(
                "psql",
                List.of(
                        "--no-psqlrc",
                        "--no-password",
                        "--quiet",
                        "--output=/dev/null",
                        "--set=ON_ERROR_STOP=1",
                        "--file=" + file,
                        "--dbname=" + url(superuser, "postgres").toConnectionString()),
                url(superuser, "postgres"));
        return url(OWNER, name);
    }

    /** The roles that the dump's statements named and that were created for them. */
    public List<String> createdRoles() throws IOException, InterruptedException {
        return HexNames.of(client.query(
                url(superuser, "postgres"),
                PrivateDatabase.createdRoles(url(superuser, "postgres"), superuser, OWNER)));
    }

    private PostgresUrl url(String user, String database) {
        String password = user.equals(superuser) ? superuserPassword : ownerPassword;
        return PostgresUrl.parse(urlWithPassword(user, password, database))
                .withDefaultParameter("application_name", "pgbackup");
    }

    private String urlWithPassword(String user, String password, String database) {
        String host = URLEncoder.encode(socketDirectory, UTF_8).replace("+", "%20");
        return "postgresql://" + user + ":" + password + "@/" + database + "?host=" + host;
    }

    private void initialize(PostgresClient client) throws IOException, InterruptedException {
        String password = directory.write("password", superuserPassword.getBytes(UTF_8));
        Transcript said = initdb(client, password, "--locale=C.UTF-8");
        if (said != null && said.text().contains("invalid locale")) {
            said = initdb(client, password, "--no-locale");
        }
        if (said == null) {
            return;
        }
        if (said.text().contains("cannot be run as root")) {
            throw new BackupException("A private server cannot run as root, who runs this on " + machine.name()
                    + ": run it as another user, or name a server for the test.");
        }
        throw new BackupException("A private server cannot be made in " + directory + " on " + machine.name() + " ("
                + PrintableLine.of(said.text()) + "): make room there, or name a server for the test.");
    }

    /** @return what it said if it failed, or {@code null} */
    private Transcript initdb(PostgresClient client, String passwordFile, String locale)
            throws IOException, InterruptedException {
        Transcript err = new Transcript(line -> {});
        RunningProgram initdb = client.start(
                programs.path("initdb"),
                List.of(
                        "--pgdata=" + data(),
                        "--username=" + superuser,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        locale,
                        "--lc-messages=C",
                        "--no-sync"),
                OutputStream.nullOutputStream(),
                err);
        return client.await(initdb) == 0 ? null : err;
    }

    private void run(PostgresClient client) throws IOException, InterruptedException {
        String fifo = directory.path("server");
        if (!Uninterruptibly.call(machine, () -> machine.makeFifos(List.of(fifo)))) {
            throw new BackupException("A private server needs FIFOs, which " + machine.name()
                    + " does not have: name a server for the test.");
        }
        held = machine.submit(Fifo.hold(fifo));
        CountDownLatch ready = new CountDownLatch(1);
        Transcript log = new Transcript(line -> {
            if (line.contains(READY)) {
                ready.countDown();
            }
        });
        List<String> arguments = new ArrayList<>(List.of("-c", RUN, "sh", fifo, data()));
        arguments.add(socketDirectory.equals(directory.toString()) ? "" : socketDirectory);
        arguments.addAll(command());
        server = client.start("sh", arguments, OutputStream.nullOutputStream(), log);
        long pause = FIRST_LOOK_MILLIS;
        while (!ready.await(pause, TimeUnit.MILLISECONDS)) {
            if (!server.isAlive()) {
                server.join();
                throw new BackupException("The private server on " + machine.name() + " did not start ("
                        + PrintableLine.of(log.text()) + "): correct that, or name a server for the test.");
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    /** The server has one user and one life: nothing of it needs to outlive a crash. */
    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(programs.path("postgres"), "-D", data()));
        List.of(
                        "listen_addresses=",
                        "port=5432",
                        "unix_socket_directories=\"" + socketDirectory.replace("\"", "\"\"") + "\"",
                        "unix_socket_permissions=0700",
                        "max_connections=10",
                        // A dump is restored in one transaction, which takes a lock for each of its objects.
                        "max_locks_per_transaction=8192",
                        "fsync=off",
                        "synchronous_commit=off",
                        "full_page_writes=off",
                        "wal_level=minimal",
                        "max_wal_senders=0",
                        "archive_mode=off",
                        "autovacuum=off",
                        "checkpoint_timeout=1h",
                        "max_wal_size=2GB",
                        "maintenance_work_mem=256MB",
                        // Files of the data directory: a server that is killed leaves nothing elsewhere.
                        "dynamic_shared_memory_type=mmap",
                        "logging_collector=off",
                        "log_destination=stderr",
                        "log_min_messages=log",
                        "log_checkpoints=off")
                .forEach(setting -> command.addAll(List.of("-c", setting)));
        return command;
    }

    private String data() {
        return directory.path("data");
    }

    private static boolean fits(String directory) {
        return (directory + SOCKET).getBytes(UTF_8).length <= LONGEST_SOCKET_PATH;
    }

    private static String secret() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** Stops the server. What cannot be ended is said, and nothing thrown for it. */
    @Override
    public void close() {
        try {
            Uninterruptibly.cleanUp(machine, this::stop);
        } catch (IOException | InterruptedException e) {
            // Not thrown: the caller may be leaving for a reason of its own, which this must not replace.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            if (!machine.isLost()) {
                listener.onNotice("WARNING: the private server on " + machine.name() + " could not be stopped: "
                        + e.getMessage());
            }
        }
    }

    private void stop() throws IOException, InterruptedException {
        if (held != null) {
            held.cancel(true);
        }
        if (server == null || machine.isLost()) {
            return;
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_STOP);
        long pause = FIRST_LOOK_MILLIS;
        while (server.isAlive() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
        server.kill();
    }
}
