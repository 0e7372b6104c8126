package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresVersionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1) | 150018 | 15 | 15.18
        psql (PostgreSQL) 17.6                              | 170006 | 17 | 17.6
        pg_restore (PostgreSQL) 10.23                       | 100023 | 10 | 10.23
        pg_dump (PostgreSQL) 9.6.24                         |  90624 |  9 | 9.6.24
        pg_dump (PostgreSQL) 18beta1                        | 180000 | 18 | 18beta1
        pg_dump (PostgreSQL) 16devel                        | 160000 | 16 | 16devel
        pg_dump (PostgreSQL) 19rc1 (Debian 19~rc1-1)        | 190000 | 19 | 19rc1
        pg_dump (EnterpriseDB 4) 15.4.0                     | 150004 | 15 | 15.4.0
        17.6                                                | 170006 | 17 | 17.6
        9.6                                                 |  90600 |  9 | 9.6
        """)
    void readsWhatProgramsPrint(String line, int number, int major, String text) throws Exception {
        PostgresVersion version = PostgresVersion.ofProgram(line);

        assertEquals(number, version.number());
        assertEquals(major, version.major());
        assertEquals(text, version.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pg_dump", "pg_dump (PostgreSQL)", "pg_dump (PostgreSQL) x15", "mysqldump 1.0", "v15"})
    void refusesWhatIsNoVersion(String line) {
        BackupException failure = assertThrows(BackupException.class, () -> PostgresVersion.ofProgram(line));

        assertThat(failure.getMessage(), containsString("is not the version of a PostgreSQL program"));
    }

    @ParameterizedTest
    @CsvSource({"150018, 15.18", "100000, 10.0", "180000, 18.0", "90624, 9.6.24", "80023, 8.0.23"})
    void readsTheServersNumber(int number, String text) {
        assertEquals(text, PostgresVersion.ofServerNumber(number).toString());
    }

    @Test
    void hasNoSuchNumber() {
        assertThrows(IllegalArgumentException.class, () -> PostgresVersion.ofServerNumber(15));
    }

    @ParameterizedTest
    @CsvSource({
        "15.18, 150001, true",
        "15.1, 150018, true",
        "17.0, 150018, true",
        "15.18, 90624, true",
        "15.18, 160000, false",
        "9.6.24, 90501, true",
        "9.5.25, 90600, false",
        "9.6.24, 100000, false",
    })
    void pgDumpTakesServersOfItsOwnMajorVersionAndOlder(String client, int server, boolean taken) throws Exception {
        assertEquals(taken, PostgresVersion.ofProgram(client).canDump(PostgresVersion.ofServerNumber(server)));
    }

    @ParameterizedTest
    @CsvSource({"9.6.24, false, false", "10.0, true, false", "15.18, true, false", "16.0, true, true"})
    void learnsOptionsOverTheYears(String client, boolean noSync, boolean zstd) throws Exception {
        PostgresVersion version = PostgresVersion.ofProgram(client);

        assertEquals(noSync, version.hasNoSync());
        assertEquals(zstd, version.hasZstd());
    }
}
