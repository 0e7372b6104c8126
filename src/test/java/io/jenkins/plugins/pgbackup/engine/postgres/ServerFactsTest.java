package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFactsTest {

    @Test
    void asksInUtf8AndWithoutThePassword() {
        List<String> arguments = ServerFacts.arguments(PostgresUrl.parse("postgres://bob:hunter2@db/orders"));

        assertThat(
                arguments,
                hasItems(
                        "--no-psqlrc",
                        "--no-password",
                        "--tuples-only",
                        "--no-align",
                        "--dbname=postgresql://bob@db/orders?client_encoding=UTF8&hostaddr=&port="));
        assertThat(arguments.toString(), not(containsString("hunter2")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "150018|7795203|or|ders é",
                "150018|7795203|or|ders é\n",
                "150018|7795203|or|ders é\r\n",
                "Welcome to db-host\n\n150018|7795203|or|ders é\nbye\n"
            })
    void readsTheAnswer(String output) throws Exception {
        assertEquals(
                new ServerFacts(PostgresVersion.ofServerNumber(150018), 7795203, "or|ders é"),
                ServerFacts.parse(output));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "150018|x|y",
                "150018||y",
                "150018|1|",
                "15|1|y",
                "00000|1|y",
                "150018|1| ",
                "150018|-1|y",
                "hello"
            })
    void saysWhenThereIsNone(String output) {
        BackupException failure = assertThrows(BackupException.class, () -> ServerFacts.parse(output));

        assertThat(failure.getMessage(), containsString("psql did not say which server it reached"));
    }

    @Test
    void takesNoNameThatIsLongerThanAnyDatabases() {
        assertThrows(BackupException.class, () -> ServerFacts.parse("150018|1|" + "ü".repeat(128)));
    }
}
