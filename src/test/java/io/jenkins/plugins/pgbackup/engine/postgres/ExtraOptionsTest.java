package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtraOptionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--verbose",
                "-v",
                "--no-comments",
                "--no-synchronized-snapshots",
                "--no-policies",
                "--section=pre-data",
                "--filter=objects.txt",
                "--exclude-table-data=*.log_*",
                "--encoding=UTF8",
                "--role=reader",
                "--use-set-session-authorization",
                "--schema=",
                "--an-option-of-tomorrow",
                "--an-option-of-tomorrow=x",
                "-vOx",
                "-tpublic.f",
                "-Oxtfile",
                "-EUTF8",
                "--table=a -f b",
            })
    void letsPass(String option) {
        assertDoesNotThrow(() -> ExtraOptions.check(option));
    }

    @ParameterizedTest
    @MethodSource
    void refusesDecidedOptionsAndEveryAbbreviation(String option) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> ExtraOptions.check(option));

        assertThat(refusal.getMessage(), containsString("decided by the backup itself"));
    }

    static Stream<String> refusesDecidedOptionsAndEveryAbbreviation() {
        Stream<String> names = Stream.of(
                "--compress",
                "--dbname",
                "--file",
                "--format",
                "--help",
                "--host",
                "--jobs",
                "--lock-wait-timeout",
                "--no-password",
                "--no-sync",
                "--password",
                "--port",
                "--username",
                "--version");
        return names.flatMap(name -> IntStream.rangeClosed("--x".length(), name.length())
                .mapToObj(end -> name.substring(0, end))
                .flatMap(abbreviation -> Stream.of(abbreviation, abbreviation + "=x")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-f",
                "-f/tmp/x",
                "-F",
                "-Fp",
                "-d",
                "-dother",
                "-h",
                "-hevil",
                "-p1",
                "-Ubob",
                "-w",
                "-W",
                "-j4",
                "-Z9",
                "-V",
                "-?",
                "-vf/tmp/x",
                "-OFp",
                "-Oxwv",
                "-bh",
                "-R?",
                "-f=x",
                "--=x",
            })
    void refusesDecidedShortOptionsWhereverTheyStand(String option) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> ExtraOptions.check(option));

        assertThat(refusal.getMessage(), containsString("decided by the backup itself"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                   | does not begin with "-"
        orders               | does not begin with "-"
        section=data         | does not begin with "-"
        ' --verbose'         | does not begin with "-"
        −v                   | does not begin with "-"
        -                    | is none
        --                   | is none
        --section            | write both as one element, as in --section=value
        --exclude-table-data | write both as one element, as in --exclude-table-data=value
        --role               | write both as one element, as in --role=value
        -t                   | write both as one element, as in -tvalue
        -vn                  | write both as one element, as in -vnvalue
        -vX                  | has the letter "X"
        -Xf/tmp/x            | has the letter "X"
        -v-                  | has the letter "-"
        -v=x                 | has the letter "="
        """)
    void refusesWithTheReason(String option, String reason) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> ExtraOptions.check(option));

        assertThat(refusal.getMessage(), containsString(reason));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        --dbname=postgres://u:hunter2@h/d -> "--dbname=…"
        --password=hunter2 -> "--password=…"
        -dpassword=hunter2 -> "-d…"
        -vdhunter2 -> "-vd…"
        -d -> "-d"
        postgres://u:hunter2@h/d -> "postgres://…"
        password=hunter2 -> "password=…"
        -yhunter2=hunter2 -> "-yhunter2=…"
        """)
    void repeatsNoValue(String option, String shown) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> ExtraOptions.check(option));

        assertThat(refusal.getMessage(), startsWith("The extra option " + shown + " "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--role=a\0b", "--role=a\nb", "-v\n", "--table=a\r"})
    void refusesLineBreaksAndNul(String option) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> ExtraOptions.check(option));

        assertThat(refusal.getMessage(), containsString("contains a line break or a NUL"));
    }
}
