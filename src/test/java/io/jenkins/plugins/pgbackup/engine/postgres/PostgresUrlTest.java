package io.jenkins.plugins.pgbackup.engine.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link PostgresUrl} must say is what libpq 15.18 (PQconninfoParse) says of each of these URLs. */
class PostgresUrlTest {

    /** Every URL and what libpq holds after it, written as our own connection string, which has one form for each. */
    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        postgresql:// -> postgresql://
        postgres:// -> postgresql://
        postgres:/// -> postgresql://
        postgresql://localhost -> postgresql://localhost
        postgresql://localhost:5433 -> postgresql://localhost:5433
        postgresql://localhost/mydb -> postgresql://localhost/mydb
        postgresql://user@localhost -> postgresql://user@localhost
        postgresql://user:secret@localhost -> postgresql://user@localhost
        postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp -> postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp
        postgresql://host1:123,host2:456/somedb?target_session_attrs=any -> postgresql://host1:123,host2:456/somedb?target_session_attrs=any
        postgresql:///mydb?host=localhost&port=5433 -> postgresql://localhost:5433/mydb
        postgresql://[::1] -> postgresql://[::1]
        postgresql://h:1,i:65535 -> postgresql://h:1,i:65535
        postgresql://[2001:db8::1234]/database -> postgresql://[2001:db8::1234]/database
        postgresql://[fe80::1%25eth0]:5433/d -> postgresql://[fe80::1%25eth0]:5433/d
        postgresql:///dbname?host=/var/lib/postgresql -> postgresql://%2Fvar%2Flib%2Fpostgresql/dbname
        postgresql://%2Fvar%2Flib%2Fpostgresql/dbname -> postgresql://%2Fvar%2Flib%2Fpostgresql/dbname
        postgresql://%40abstract/dbname -> postgresql://%40abstract/dbname
        postgresql://u:@:/? -> postgresql://u@
        postgresql://:pw@h -> postgresql://h
        postgresql://h:/d -> postgresql://h/d
        postgresql://:5433/d -> postgresql://:5433/d
        postgresql://a,b -> postgresql://a,b
        postgresql://a,/ -> postgresql://a,
        postgresql://a%2Cb:1,c:2?port=7 -> postgresql://?host=a%2Cb%2Cc&port=7
        postgresql://h?host=a,b -> postgresql://?host=a%2Cb
        postgresql://h:1?host= -> postgresql://?host=&port=1
        postgresql://h?user=&dbname= -> postgresql://h?user=&dbname=
        postgresql://h?hostaddr=10.0.0.1 -> postgresql://h?hostaddr=10.0.0.1
        postgresql://?hostaddr=10.0.0.1,10.0.0.2&port=1,2 -> postgresql://?hostaddr=10.0.0.1%2C10.0.0.2&port=1%2C2
        postgresql://h:1/a?host=i&port=2&user=u&dbname=b&host=j -> postgresql://u@j:2/b
        postgresql://h?sslmode=disable&sslmode=require -> postgresql://h?sslmode=require
        postgresql://h?ssl=true -> postgresql://h?sslmode=require
        postgresql://h?requiressl=1 -> postgresql://h?sslmode=require
        postgresql://h?requiressl=0 -> postgresql://h?sslmode=prefer
        postgresql://h?%73slmode=allow& -> postgresql://h?sslmode=allow
        postgresql://h?sslmode= -> postgresql://h?sslmode=
        postgresql://h?application_name=a%20b+c%26d%3D%25%23 -> postgresql://h?application_name=a%20b%2Bc%26d%3D%25%23
        postgresql://h?options=-c%20search_path%3Dx -> postgresql://h?options=-c%20search_path%3Dx
        postgresql://h/a/b -> postgresql://h/a%2Fb
        postgresql://h/größe -> postgresql://h/gr%C3%B6%C3%9Fe
        postgresql://jürgen@h/%C3%A9%F0%9F%98%80 -> postgresql://j%C3%BCrgen@h/%C3%A9%F0%9F%98%80
        postgresql://h/a b -> postgresql://h/a%20b
        postgresql://u?v@h -> postgresql://u%3Fv@h
        postgresql://u#v@h/#d -> postgresql://u%23v@h/%23d
        postgresql://h: +05432 /d -> postgresql://h:5432/d
        """)
    void readsWhatLibpqReads(String url, String connectionString) {
        PostgresUrl parsed = PostgresUrl.parse(url);

        assertEquals(connectionString, parsed.toUri());
        PostgresUrl again = PostgresUrl.parse(connectionString);
        assertEquals(parsed.withPassword(null), again);
        assertEquals(parsed.withPassword(null).hashCode(), again.hashCode());
    }

    /** An empty value is libpq's default, and what libpq would look up in the environment is not empty. */
    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        postgresql:// -> postgresql://?host=&hostaddr=&port=&dbname=&user=
        postgresql://h -> postgresql://h?hostaddr=&port=&dbname=&user=
        postgresql://u:p@h:1/d -> postgresql://u@h:1/d?hostaddr=
        postgresql://u@:1/d -> postgresql://u@/d?port=1&host=&hostaddr=
        postgresql://u@a,b/d -> postgresql://u@a,b/d?hostaddr=
        postgresql://u@a,b/d?port= -> postgresql://u@/d?host=a%2Cb&port=&hostaddr=
        postgresql://u@h:1/d?hostaddr=10.0.0.1&sslmode=require -> postgresql://u@h:1/d?hostaddr=10.0.0.1&sslmode=require
        """)
    void leavesNeitherServerNorDatabaseToTheEnvironment(String url, String connectionString) {
        assertEquals(connectionString, PostgresUrl.parse(url).toConnectionString());
    }

    @Test
    void decodesUserPasswordAndDatabase() {
        PostgresUrl url = PostgresUrl.parse("postgres://b%40b:p%40s%3A%2F%25%27%22%5C%20%C3%A9+@h/d%2Fb");

        assertEquals(Optional.of("b@b"), url.user());
        assertEquals(Optional.of("p@s:/%'\"\\ é+"), url.password());
        assertEquals(Optional.of("d/b"), url.database());
    }

    @Test
    void takesThePasswordOfTheQueryOverTheOneBeforeTheHost() {
        PostgresUrl url = PostgresUrl.parse("postgres://u:first@h/d?password=second&sslmode=require");

        assertEquals(Optional.of("second"), url.password());
        assertEquals("postgresql://u@h/d?sslmode=require", url.toUri());
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres://u@h", "postgres://u:@h", "postgres://u:p@h?password="})
    void anEmptyPasswordIsNone(String url) {
        assertEquals(Optional.empty(), PostgresUrl.parse(url).password());
    }

    @Test
    void libpqConnectsToTheDatabaseOfTheUsersNameWhereNoneIsGiven() {
        assertEquals(Optional.of("d"), PostgresUrl.parse("postgres://u@h/d").databaseName());
        assertEquals(Optional.of("u"), PostgresUrl.parse("postgres://u@h/").databaseName());
        assertEquals(Optional.empty(), PostgresUrl.parse("postgres://h").databaseName());
    }

    @Test
    void onePortServesAllHosts() {
        assertEquals(
                List.of(host("a", 7), host("::1", 7)),
                PostgresUrl.parse("postgres://?host=a,::1&port=7").hosts());
    }

    @Test
    void eachHostHasItsOwnPort() {
        assertEquals(
                List.of(host("a", 1), new PostgresUrl.Host("b", OptionalInt.empty()), host("", 3)),
                PostgresUrl.parse("postgres://a:1,b,:3").hosts());
    }

    @Test
    void anAddressStandsInForAHostWithoutName() {
        assertEquals(
                List.of(host("a", 5), host("10.0.0.2", 5)),
                PostgresUrl.parse("postgres://?host=a,&hostaddr=10.0.0.1,10.0.0.2&port=5")
                        .hosts());
    }

    @Test
    void namesNoHostWhereTheUrlDoesNot() {
        assertEquals(List.of(), PostgresUrl.parse("postgres://u@/d").hosts());
    }

    @Test
    void addressesAreServersBesideTheirNames() {
        assertEquals(
                List.of(host("10.0.0.1", 1), host("10.0.0.2", 2)),
                PostgresUrl.parse("postgres://a:1,b:2,c:3/d?hostaddr=10.0.0.1,10.0.0.2,")
                        .hostAddresses());
        assertEquals(
                List.of(host("10.0.0.1", 5)),
                PostgresUrl.parse("postgres://?host=a,&hostaddr=10.0.0.1,10.0.0.2&port=5")
                        .hostAddresses());
        assertEquals(List.of(), PostgresUrl.parse("postgres://a:1,b:2/d").hostAddresses());
    }

    private static PostgresUrl.Host host(String name, int port) {
        return new PostgresUrl.Host(name, OptionalInt.of(port));
    }

    @Test
    void changesTheUser() {
        PostgresUrl url =
                PostgresUrl.parse("postgres://u:p@h/d?sslmode=require").withUser("v@w");

        assertEquals("postgresql://v%40w@h/d?sslmode=require", url.toUri());
        assertEquals(Optional.of("p"), url.password());
    }

    @Test
    void refusesAnEmptyUser() {
        PostgresUrl url = PostgresUrl.parse("postgres://h");

        assertThrows(InvalidInputException.class, () -> url.withUser(""));
        assertThrows(InvalidInputException.class, () -> url.withUser("\0a"));
    }

    @Test
    void aDefaultParameterGivesWay() {
        PostgresUrl url = PostgresUrl.parse("postgres://h?application_name=mine");

        assertSame(url, url.withDefaultParameter("application_name", "jenkins"));
        assertEquals(
                "postgresql://h?application_name=mine&connect_timeout=30",
                url.withDefaultParameter("connect_timeout", "30").toUri());
        assertThrows(IllegalArgumentException.class, () -> url.withDefaultParameter("password", "p"));
        assertThrows(IllegalArgumentException.class, () -> url.withDefaultParameter("pasword", "p"));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        postgres://bob:pw@db.example.com:5433/orders?sslmode=require -> postgresql://db.example.com:5433/orders -> db.example.com:5433
        postgres://bob@db.example.com/orders -> postgresql://db.example.com/orders -> db.example.com
        postgres://a,b:5433/d -> postgresql://a,b:5433/d -> a,b:5433
        postgres://[::1]:5433,[::2]/d -> postgresql://[::1]:5433,[::2]/d -> [::1]:5433,[::2]
        postgres:///d?host=/run/postgresql -> postgresql://%2Frun%2Fpostgresql/d -> local socket /run/postgresql
        postgres://%2Frun:5433/d -> postgresql://%2Frun:5433/d -> local socket /run port 5433
        postgres://bob@/d -> postgresql:///d -> default host
        postgres://:5433/d -> postgresql://:5433/d -> default host:5433
        postgres://?hostaddr=10.0.0.1 -> postgresql://10.0.0.1 -> 10.0.0.1
        postgres://db:5433/d?hostaddr=10.0.0.1 -> postgresql://db:5433/d -> db:5433 (10.0.0.1)
        postgres://a:1,b:2/d?hostaddr=10.0.0.1,::1%0A -> postgresql://a:1,b:2/d -> a:1 (10.0.0.1),b:2 (::1)
        postgres://a,b/d?hostaddr=,10.0.0.1 -> postgresql://a,b/d -> a,b (10.0.0.1)
        postgres://größe/é?password=pw -> postgresql://größe/é -> größe
        postgres://%2Fa%0Ab/d%0A%1B%22 -> postgresql://%2Fa%0Ab/d%0A%1B%22 -> local socket /a b
        """)
    void showsPeopleWhereAndNothingElse(String url, String display, String displayHost) {
        PostgresUrl parsed = PostgresUrl.parse(url);

        assertEquals(display, parsed.display());
        assertEquals(display, parsed.toString());
        assertEquals(displayHost, parsed.displayHost());
    }

    /** Java writes no object that holds one, to wherever it would travel. */
    @Test
    void cannotBeSerialized() throws Exception {
        PostgresUrl url = PostgresUrl.parse("postgres://u:hunter2@h/d?sslmode=require");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            assertThrows(NotSerializableException.class, () -> out.writeObject(url));
        }

        assertThat(bytes.toString(StandardCharsets.ISO_8859_1), not(containsString("hunter2")));
    }

    @Test
    void takesAPasswordInPlaceOfItsOwn() {
        PostgresUrl url = PostgresUrl.parse("postgres://u:first@h/d").withPassword("hunter2");

        assertEquals(Optional.of("hunter2"), url.password());
        assertEquals("postgresql://u@h/d", url.toUri());
        assertThat(url + url.display() + url.toConnectionString(), not(containsString("hunter2")));
        assertEquals(Optional.of(""), url.withPassword("").password());
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " -> ", textBlock = """
        '' -> is empty
        '  ' -> is empty
        db.example.com/orders -> does not begin with postgres://
        host=localhost dbname=orders -> does not begin with postgres://
        POSTGRES://h/d -> does not begin with postgres://
        mysql://h/d -> does not begin with postgres://
        ' postgres://h/d' -> does not begin with postgres://
        jdbc:postgresql://h/d -> without the leading "jdbc:"
        postgres:/h/d -> does not begin with postgres://
        postgres://h/% -> not followed by two hexadecimal digits
        postgres://h/%4 -> not followed by two hexadecimal digits
        postgres://h/%g0 -> not followed by two hexadecimal digits
        postgres://h/%0g -> not followed by two hexadecimal digits
        postgres://h/%٣٣ -> not followed by two hexadecimal digits
        postgres://u:50%@h -> not followed by two hexadecimal digits
        postgres://h/a%00b -> contains %00
        postgres://h/%E9 -> not UTF-8
        postgres://h:5432x/d -> not a number from 1 to 65535
        postgres://h:0/d -> not a number from 1 to 65535
        postgres://h:65536/d -> not a number from 1 to 65535
        postgres://h:-1/d -> not a number from 1 to 65535
        postgres://h:99999999999999999999/d -> not a number from 1 to 65535
        postgres://h:٣/d -> not a number from 1 to 65535
        postgres://::1/d -> not a number from 1 to 65535
        postgres://a:1,b:x/d -> not a number from 1 to 65535
        postgres://[::1/d -> has no "]"
        postgres://[]/d -> holds no address
        postgres://[::1]x/d -> After the URL's "]"
        postgres://a:1,b:2?host=c -> names 2 ports for 1 host:
        postgres://a:1,b:2?host=c,d,e -> names 2 ports for 3 hosts:
        postgres://a,b?hostaddr=10.0.0.1 -> names 2 hosts and in hostaddr 1 address:
        postgres://h?sslmode -> Parameter 1 in the URL's query is not of the form
        postgres://h?a=b=c -> Parameter 1 in the URL's query is not of the form
        postgres://h?sslmode=allow&&port=1 -> Parameter 2 in the URL's query is not of the form
        postgres://h?& -> Parameter 1 in the URL's query is not of the form
        postgres://h?sslmod=require -> no connection parameter "sslmod"
        postgres://h?currentSchema=x -> no connection parameter "currentSchema"
        postgres://h?SSLMODE=require -> no connection parameter "SSLMODE"
        postgres://h?=x -> no connection parameter ""
        postgres://h?ssl=false -> write sslmode=disable
        postgres://a b/d -> A host in the URL has a space
        postgres://a,b%0A/d -> A host in the URL has a space
        postgres://h?host=a%20b -> A host in the URL has a space
        postgres://h?sslmode=Require -> The URL's sslmode is none
        postgres://h?connect_timeout=30s -> The URL's connect_timeout is not a number
        postgres://h?passfile=/etc/passwd -> passfile reaches for a secret
        postgres://h?service=prod -> service reaches for a secret
        postgres://h?servicefile=x -> servicefile reaches for a secret
        postgres://h?sslpassword= -> sslpassword carries a secret
        postgres://h?scram_client_key=x -> scram_client_key carries a secret
        postgres://h?scram_server_key=x -> scram_server_key carries a secret
        postgres://h?oauth_client_secret=x -> oauth_client_secret carries a secret
        postgres://h?sslkeylogfile=x -> sslkeylogfile writes the keys
        postgres://h?%70assfile=x -> passfile reaches for a secret
        postgres://h/d@e -> write each @ but the one before the host as %40
        """)
    void refusesWithTheReason(String url, String reason) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> PostgresUrl.parse(url));

        assertThat(refusal.getMessage(), containsString(reason));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://h/d\n",
                "postgres://h\0/d",
                "postgres://h/\td",
                "postgres://h/d\u007f",
                "postgres://h/\u0085"
            })
    void refusesControlCharacters(String url) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> PostgresUrl.parse(url));

        assertThat(refusal.getMessage(), containsString("control character"));
    }

    /** A server would cut the name, and open another database than the one that the manifest names. */
    @Test
    void refusesADatabasesNameThatAServerWouldCut() {
        String longest = "é".repeat(31) + "x";
        assertEquals(
                longest, PostgresUrl.parse("postgres://h/" + longest).database().orElseThrow());

        for (String url : List.of("postgres://h/" + longest + "x", "postgres://h?dbname=" + longest + "x")) {
            assertThat(
                    assertThrows(InvalidInputException.class, () -> PostgresUrl.parse(url))
                            .getMessage(),
                    containsString("has 64 bytes, and PostgreSQL cuts names at 63"));
        }
    }

    @Test
    void refusesHalfACharacter() {
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> PostgresUrl.parse("postgres://h/\ud83d"));

        assertThat(refusal.getMessage(), containsString("half of a character"));
    }

    /** Somebody forgot to encode the password "hun/ter2", "hun@ter2", "hun?ter2=x", …: no piece of it may show. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://bob:hunter2/x@h/d",
                "postgres://bob:12/hunter2@h/d",
                "postgres://bob:12@hunter2@h/d",
                "postgres://bob:12@@hunter2/x@h/d",
                "postgres://bob:hunter2",
                "postgres://bob:12@h:hunter2/d",
                "postgres://bob:12@x?hunter2@h/d",
                "postgres://bob:12@x?hunter2=y@h/d",
                "postgres://bob:12/x?hunter2=y@h/d",
                "postgres://bob:%hunter2@h/d",
                "postgres://bob:%00hunter2@h/d",
                "postgres://bob:%FFhunter2@h/d",
                "postgres://h/d?password=%hunter2",
                "postgres://h/d?password=a=hunter2",
                "postgres://h/d?password=a&hunter2",
                "postgres://h/d?password=a&hunter2=b",
                "postgres://bob:hunter2@h/d?service=x",
                "postgres://bob:hunter2@h:0/d",
                "postgres://bob:hunter2@[::1/d",
                "postgres://bob:hunter2@h\n/d",
                "jdbc:postgresql://bob:hunter2@h/d",
                "http://bob:hunter2@h/d",
                "bob:hunter2@h/d",
                "postgres://bob:hunter2 @h x/d",
                "postgres://bob:12@h/d?sslmode=hunter2",
                "postgres://h/d?sslpassword=hunter2"
            })
    void noRefusalRepeatsAPassword(String url) {
        InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> PostgresUrl.parse(url));

        assertThat(refusal.getMessage(), not(containsString("hunter2")));
        assertThat(refusal.getMessage(), not(containsString(url)));
    }
}
