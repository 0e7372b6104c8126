package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proxy an environment and a JVM name. */
class HttpProxyTest {

    @ParameterizedTest
    @CsvSource({
        "http://proxy:3128, proxy, 3128,,",
        "proxy:3128, proxy, 3128,,",
        "http://proxy, proxy, 80,,",
        "https://proxy, proxy, 443,,",
        "http://proxy:3128/, proxy, 3128,,",
        "' http://u:p@proxy:3128 ', proxy, 3128, u, p",
        "http://u%40d:p%3Aq+r@proxy:3128, proxy, 3128, u@d, p:q+r",
        "http://u@proxy:3128, proxy, 3128, u,",
        "http://[::1]:3128, ::1, 3128,,",
    })
    void readsAVariable(String value, String host, int port, String user, String password) {
        HttpProxy proxy = new HttpProxy(host, port, user, password, List.of());
        assertEquals(proxy, HttpProxy.of(Map.of("https_proxy", value), "https").orElseThrow());
        assertEquals(proxy, HttpProxy.of(Map.of("HTTPS_PROXY", value), "https").orElseThrow());
        assertEquals(proxy, HttpProxy.of(Map.of("HTTP_PROXY", value), "http").orElseThrow());
        assertEquals(Optional.empty(), HttpProxy.of(Map.of("HTTP_PROXY", value), "https"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://u:geheim@proxy:1080", "http://u:geheim#@proxy", "http://", "http://a b", "://x"})
    void refusesWhatIsNoProxy(String value) {
        String message = assertThrows(
                        InvalidInputException.class, () -> HttpProxy.of(Map.of("HTTPS_PROXY", value), "https"))
                .getMessage();
        assertTrue(message.startsWith("The environment variable HTTPS_PROXY has no address of an HTTP proxy"), message);
        assertFalse(message.contains("geheim"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, true",
        "example.com, s3.example.com, true",
        "example.com, anexample.com, false",
        ".example.com, s3.example.com, true",
        "*.example.com, s3.example.com, true",
        "'a.b, EXAMPLE.com', s3.Example.COM, true",
        "127.0.0.1:9000, 127.0.0.1, true",
        "127.*, 127.0.0.1, true",
        "*, s3.example.com, true",
        "'', s3.example.com, false",
    })
    void goesPastTheProxy(String excluded, String host, boolean direct) {
        HttpProxy proxy = HttpProxy.of(Map.of("https_proxy", "proxy:1", "no_proxy", excluded), "https")
                .orElseThrow();
        assertEquals(direct, !proxy.isFor(host));
    }

    @Test
    void readsThePropertiesOfAJvm() {
        Map<String, String> properties = Map.of("https.proxyHost", "proxy", "https.proxyPort", "3128");
        HttpProxy proxy = HttpProxy.of(properties::get, "https").orElseThrow();
        assertEquals("proxy:3128", proxy.address());
        assertFalse(proxy.isFor("127.0.0.1"));
        assertTrue(proxy.isFor("s3.example.com"));
        assertEquals(Optional.empty(), HttpProxy.of(properties::get, "http"));
    }

    @Test
    void showsNoPassword() {
        assertEquals("HttpProxy[proxy:1]", new HttpProxy("proxy", 1, "u", "geheim", List.of()).toString());
    }
}
