package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@code ~} in the templates of this page stands for a variable. */
class UrlTemplateTest {

    private static final String SENTENCE_OF_HOSTS = "The variable \"V\" stands for a host or port in the URL and holds"
            + " something else: give it a host, an IPv6 address in brackets or, where it stands for both, host:port or a"
            + " list of these.";

    /** Whatever a value holds is text of the part in which it stands. */
    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        postgresql://db.example.com/~ | shop?hostaddr=127.0.0.1&port=1&sslmode=disable -> postgresql://db.example.com/shop%3Fhostaddr%3D127.0.0.1%26port%3D1%26sslmode%3Ddisable
        postgresql://db.example.com/~ | shop%3Fhostaddr%3D127.0.0.1 -> postgresql://db.example.com/shop%253Fhostaddr%253D127.0.0.1
        postgresql://db.example.com/a~b | @evil/x -> postgresql://db.example.com/a%40evil%2Fxb
        postgresql://db.example.com/shop_~?sslmode=require | ü #1 -> postgresql://db.example.com/shop_%C3%BC%20%231?sslmode=require
        postgresql://~@db.example.com/shop | bob@evil:1/x?hostaddr=10.0.0.1# -> postgresql://bob%40evil%3A1%2Fx%3Fhostaddr%3D10.0.0.1%23@db.example.com/shop
        postgresql://db.example.com/shop?application_name=~ | x&hostaddr=10.0.0.1 -> postgresql://db.example.com/shop?application_name=x%26hostaddr%3D10.0.0.1
        postgresql://db.example.com/shop?~=verify-full | sslmode -> postgresql://db.example.com/shop?sslmode=verify-full
        postgresql://db.example.com/shop?host=~ | a,b -> postgresql:///shop?host=a%2Cb
        postgresql:///shop?host=~ | /run/postgresql -> postgresql://%2Frun%2Fpostgresql/shop
        postgresql://db.example.com/shop?options=~ | -c search_path=a -> postgresql://db.example.com/shop?options=-c%20search_path%3Da
        postgresql://db.example.com/~ | $HOST -> postgresql://db.example.com/%24HOST
        postgresql://~@db.example.com/shop |  -> postgresql://db.example.com/shop
        """)
    void aValueStaysInItsPart(String template, String url) {
        assertEquals(url, fill(template).toUri());
    }

    /** A list of hosts is what people keep in one variable. */
    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        postgresql://~/shop | db.example.com -> postgresql://db.example.com/shop
        postgresql://~/shop | db.example.com:5433 -> postgresql://db.example.com:5433/shop
        postgresql://~/shop | a:1,b:2 -> postgresql://a:1,b:2/shop
        postgresql://~/shop | a,b -> postgresql://a,b/shop
        postgresql://~/shop | [fe80::1%eth0]:5433,10.0.0.1 -> postgresql://[fe80::1%25eth0]:5433,10.0.0.1/shop
        postgresql://u@~:5433/shop | [::1] -> postgresql://u@[::1]:5433/shop
        postgresql://~:5433/shop | db_1.größe.example -> postgresql://db_1.gr%C3%B6%C3%9Fe.example:5433/shop
        postgresql://[~]:5433/shop | fe80::1%eth0 -> postgresql://[fe80::1%25eth0]:5433/shop
        postgresql://~.example.com/shop | db -> postgresql://db.example.com/shop
        postgresql://a:1,~/shop | b:2,c:3 -> postgresql://a:1,b:2,c:3/shop
        postgresql://db.example.com:~/shop | 5433 -> postgresql://db.example.com:5433/shop
        postgresql://db.example.com:54~/shop | 33 -> postgresql://db.example.com:5433/shop
        postgresql://db.example.com:~/shop |  -> postgresql://db.example.com/shop
        """)
    void aValueMayBeAHostOrAListOfHosts(String template, String url) {
        assertEquals(url, PostgresUrl.parse(fill(template).toUri()).toUri());
        assertEquals(PostgresUrl.parse(url), fill(template));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " | ", quoteCharacter = '`', textBlock = """
        postgresql://~/shop | ``
        postgresql://~/shop | evil.example.com/x?dbname=
        postgresql://~/shop | u:p@evil.example.com
        postgresql://~/shop | evil.example.com#
        postgresql://~/shop | evil.example.com?hostaddr=10.0.0.1
        postgresql://~/shop | %2Ftmp
        postgresql://~/shop | /tmp
        postgresql://~/shop | a,
        postgresql://~/shop | a b
        postgresql://~/shop | ::1
        postgresql://~/shop | [::1]x
        postgresql://~.example.com/shop | evil,db
        postgresql://~.example.com/shop | evil:5432/
        postgresql://~:5432/shop | evil:5433,db
        postgresql://[~]/shop | ::1],evil,[::2
        postgresql://db.example.com:~/shop | 5432,evil
        postgresql://db.example.com:~/shop | 5432/shop?hostaddr=10.0.0.1&application_name=
        postgresql://db.example.com:~/shop | 5432@evil
        """)
    void aValueInThePlaceOfAHostOrPortIsNothingElse(String template, String value) {
        InvalidInputException refused =
                assertThrows(InvalidInputException.class, () -> UrlTemplate.fill(template(template), values(value)));

        assertEquals(SENTENCE_OF_HOSTS, refused.getMessage());
    }

    @Test
    void aPasswordMayHoldEverything() {
        PostgresUrl url = UrlTemplate.fill(
                template("postgresql://bob:~@db.example.com/shop"), values("p@ss:w/o%rd?&hostaddr=10.0.0.1 ü#,[$X]"));

        assertThat(url.password(), is(Optional.of("p@ss:w/o%rd?&hostaddr=10.0.0.1 ü#,[$X]")));
        assertThat(url.toUri(), is("postgresql://bob@db.example.com/shop"));
    }

    @Test
    void everyPlaceHasItsOwnValue() {
        PostgresUrl url = UrlTemplate.fill(
                template("postgresql://~:~@~:~,~/~?~=~&application_name=~~"),
                values("u", "p", "a", "1", "b:2", "d", "sslmode", "allow", "x", "y"));

        assertThat(url.toUri(), is("postgresql://u@a:1,b:2/d?sslmode=allow&application_name=xy"));
        assertThat(url.password(), is(Optional.of("p")));
    }

    @Test
    void aVariableThatIsAllOfItHoldsAUrl() {
        assertEquals(
                PostgresUrl.parse("postgresql://u@h:1/d?sslmode=allow"),
                UrlTemplate.fill(UrlTemplate.PLACE, values("postgresql://u@h:1/d?sslmode=allow")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"~/shop", "~?sslmode=require", "~://db.example.com/shop", "postgres~://db/shop", "~~"})
    void aVariableIsNoBeginningOfAUrl(String template) {
        assertRefused(() -> fill(template + " | postgresql"), "is neither the whole of it nor behind its beginning");
        assertRefused(
                () -> UrlTemplate.hasPassword(template(template)),
                "is neither the whole of it nor behind its beginning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\0", "\ud83d", "\u001b[31m"})
    void aValueWithACharacterOfNoUrlIsRefusedByTheNameOfItsVariable(String value) {
        assertRefused(
                () -> UrlTemplate.fill(template("postgresql://db/~"), values(value)),
                "The variable \"V\" in the URL holds a line break or another character");
    }

    /** What stands for variables inside is no way around them. */
    @Test
    void theCharacterThatStandsForAVariableIsNoneOfAUrl() {
        assertRefused(() -> PostgresUrl.parse("postgresql://db/" + UrlTemplate.PLACE), "control character");
        assertRefused(() -> UrlTemplate.fill("postgresql://db/" + UrlTemplate.PLACE, List.of()), "control character");
        assertRefused(
                () -> UrlTemplate.fill(template("postgresql://~/shop"), values(UrlTemplate.PLACE)),
                "stands for a host");
        assertThat(
                UrlTemplate.fill(template("postgresql://db/~~"), values(UrlTemplate.PLACE, "x"))
                        .database(),
                is(Optional.of(UrlTemplate.PLACE + "x")));
    }

    @ParameterizedTest
    @CsvSource({
        "~, false",
        "postgresql://~:~@~:~/~, false",
        "postgresql://~:@~/~?password=, false",
        "postgresql://bob@db/~?password=~, false",
        "postgresql://bob:secret@~/shop, true",
        "postgresql://bob:secret~@db/shop, true",
        "postgresql://bob:~secret@db/shop, true",
        "postgresql://bob@db/~?password=secret, true",
        "postgresql://bob@db/~?password=secret&password=, true",
        "postgresql://bob@db/~?password=secret&password=~, true",
        "postgresql://bob:secret@db/~?password=, true",
        "postgresql://bob:secret@db/shop, true",
        "postgresql://bob@db/shop, false"
    })
    void knowsWhetherAPasswordIsWritten(String template, boolean written) {
        assertThat(UrlTemplate.hasPassword(template(template)), is(written));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        postgre://bob:secret@db/~ -> is neither the whole of it nor behind its beginning
        bob:secret@db/~ -> is neither the whole of it nor behind its beginning
        postgres://bob:secret@db:99999/~ -> A port in the URL is not a number
        postgres://bob:sec@ret@db/~ -> The URL has an @
        postgres://bob:secret@db/~?sslpassword=~ -> The URL's parameter sslpassword carries a secret
        postgres://bob:secret@db/~?sslmod=~ -> libpq has no connection parameter
        postgres://bob:secret@[~/shop -> has no "]"
        postgres://bob:secret%@db/~ -> a % that is not followed
        """)
    void isRefusedWhereNoValuesMakeAUrlOfIt(String template, String words) {
        assertRefused(() -> UrlTemplate.hasPassword(template(template)), words);
    }

    /** Only their values could say that. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://a,b/~?hostaddr=~",
                "postgresql://~/shop?hostaddr=10.0.0.1,10.0.0.2",
                "postgresql://~/shop?port=1,2",
                "postgresql://db:~,~/shop",
                "postgresql://db/shop?sslmode=~&connect_timeout=~",
                "postgresql://db/shop?ssl=~&requiressl=~",
                "postgresql://db/shop?~=~"
            })
    void isNotRefusedForWhatItsValuesMayBe(String template) {
        assertThat(UrlTemplate.hasPassword(template(template)), is(false));
    }

    @Test
    void aValueIsInNoText() {
        assertThat(values("secret").toString(), not(containsString("secret")));
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable reading, String words) {
        InvalidInputException refused = assertThrows(InvalidInputException.class, reading);
        assertThat(refused.getMessage(), containsString(words));
        assertThat(refused.getMessage(), not(containsString("secret@")));
    }

    /** Template and value, with a bar between them. */
    private static PostgresUrl fill(String templateAndValue) {
        String[] parts = templateAndValue.split(Pattern.quote(" |"), -1);
        String template = template(parts[0]);
        String value = parts[1].strip();
        return UrlTemplate.fill(
                template,
                template.chars()
                        .filter(c -> c == UrlTemplate.PLACE.charAt(0))
                        .mapToObj(place -> new UrlTemplate.Variable("V", value))
                        .toList());
    }

    private static String template(String text) {
        return text.replace("~", UrlTemplate.PLACE);
    }

    private static List<UrlTemplate.Variable> values(String... values) {
        return List.of(values).stream()
                .map(value -> new UrlTemplate.Variable("V", value))
                .toList();
    }
}
