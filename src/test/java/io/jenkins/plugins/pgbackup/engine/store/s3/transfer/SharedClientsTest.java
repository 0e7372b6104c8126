package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class SharedClientsTest {

    private static final PartRetryPolicy POLICY =
            PartRetryPolicy.DEFAULT.with(2, Duration.ofMillis(1), Duration.ofSeconds(30));

    @Test
    void readsSeveralObjectsOverOneConnection() throws Exception {
        byte[] content = new byte[100_000];
        Set<Integer> clientPorts = ConcurrentHashMap.newKeySet();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            clientPorts.add(exchange.getRemoteAddress().getPort());
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
        try {
            HttpClient client = SharedClients.of(HttpRoute.DIRECT, POLICY);
            for (String name : List.of("shop.dump.json", "shop.dump")) {
                String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
                // As from a machine that it was sent to: equal, but not the same.
                HttpRoute route = new HttpRoute(null, null);
                ObjectSource source =
                        new ObjectSource("s3://backups/" + name, -1, S3Action.READ, "", request -> url, POLICY, route);
                try (InputStream in = source.open()) {
                    assertArrayEquals(content, in.readAllBytes());
                }
            }
            assertEquals(1, clientPorts.size());
            Reference.reachabilityFence(client);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void keepsClientsApartThatDiffer() {
        HttpProxy proxy = new HttpProxy("proxy.example.com", 3128, null, null, List.of());
        HttpClient client = SharedClients.of(HttpRoute.DIRECT, POLICY);
        assertSame(client, SharedClients.of(HttpRoute.DIRECT, POLICY.with(9, Duration.ZERO, Duration.ZERO)));
        assertNotSame(client, SharedClients.of(new HttpRoute(proxy, null), POLICY));
        assertNotSame(client, SharedClients.of(HttpRoute.DIRECT.trusting(new CertificateBundle("")), POLICY));
        assertNotSame(
                client,
                SharedClients.of(
                        HttpRoute.DIRECT,
                        new PartRetryPolicy(
                                2, Duration.ZERO, Duration.ZERO, Duration.ofMillis(1), Duration.ZERO, Duration.ZERO)));
    }

    @Test
    void holdsNoClientThatNothingReadsWith() {
        HttpProxy own = new HttpProxy("unused.example.com", 3128, null, null, List.of());
        WeakReference<HttpClient> client = new WeakReference<>(SharedClients.of(new HttpRoute(own, null), POLICY));
        for (int i = 0; i < 100 && client.get() != null; i++) {
            System.gc();
        }
        assertNull(client.get());
    }
}
