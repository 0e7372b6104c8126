package io.jenkins.plugins.pgbackup.faults;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.pgbackup.fixture.DatabaseComparison;
import io.jenkins.plugins.pgbackup.fixture.PostgresCluster;
import java.util.List;

/** Databases of an unusual size, which are backed up like others and come back as they were. */
class BigDatabasesTest extends FaultTable {

    private static final String DATABASE = "unusual";
    private static final String RESTORED = "restored";
    private static final String PROVEN = "Backed up to …, proven: read to its end by pg_restore …";
    private static final long ROW_BYTES = 200_000_000;

    /** The rows of the table. */
    static final List<Fault> FAULTS = List.of(
            Fault.survives(
                    "the database has no tables", "The dump is made and restores", PROVEN, run -> comesBack(run, "")),
            Fault.survives(
                    "the database has 2,000 tables",
                    "The dump is made and restores",
                    PROVEN,
                    run -> comesBack(run, """
                    SELECT format('CREATE TABLE t%1$s (id int PRIMARY KEY, name text); INSERT INTO t%1$s VALUES (%1$s, %1$L)', n)
                    FROM generate_series(1, 2000) AS n \\gexec
                    """)),
            Fault.survives(
                    "a row has 200 MB", "The dump is made and restores", PROVEN, BigDatabasesTest::backUpAHugeRow));

    @Override
    List<Fault> faults() {
        return FAULTS;
    }

    /** Makes a database, backs it up, restores what lies in the store and compares the two. */
    private static PostFaultChecks comesBack(FaultRun run, String sql) throws Exception {
        PostgresCluster postgres = run.stage().postgres();
        postgres.createDatabase(DATABASE);
        try {
            postgres.psql(DATABASE, sql);
            Run<?, ?> build =
                    run.set("url", postgres.urlWithoutPassword(DATABASE)).finish();
            assertThat(run.log(), build.getResult(), is(Result.SUCCESS));
            PostFaultChecks questions = new PostFaultChecks(run, build);
            postgres.createDatabase(RESTORED);
            questions.dump().restore(postgres, RESTORED);
            DatabaseComparison.assertSame(postgres, DATABASE, RESTORED);
            return questions;
        } finally {
            postgres.dropDatabase(RESTORED);
            postgres.dropDatabase(DATABASE);
        }
    }

    private static void backUpAHugeRow(FaultRun run) throws Exception {
        PostFaultChecks questions = comesBack(run, """
                CREATE TABLE film (title text, script text);
                ALTER TABLE film ALTER COLUMN script SET STORAGE EXTERNAL;
                INSERT INTO film SELECT 'The Long Goodbye', repeat(string_agg(md5(n::text), ''), 200)
                FROM generate_series(1, 31250) AS n;
                """);
        assertThat(
                "bytes of the dump in the manifest",
                questions.manifest().rawBytes(),
                is(allOf(greaterThan(ROW_BYTES), lessThan(ROW_BYTES + 100_000))));
    }
}
