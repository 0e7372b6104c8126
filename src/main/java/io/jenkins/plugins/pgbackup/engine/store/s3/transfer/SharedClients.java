package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.lang.ref.WeakReference;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One client for all that is read over the same route: a client costs two threads and a pool of connections, and the manifest, the
 * head of a dump and the dump itself are read one after the other from the same store.
 *
 * <p>In Java 17 a client cannot be closed: its threads end when it is unreachable. The JVM of a machine may live for months, so
 * only readers hold a client.
 */
final class SharedClients {

    private static final Map<Key, WeakReference<HttpClient>> CLIENTS = new HashMap<>();

    private SharedClients() {}

    /** The client of an earlier reader, if it is still in memory, or a new one. */
    static synchronized HttpClient of(HttpRoute route, PartRetryPolicy retryPolicy) {
        // A route may hold the password of a proxy.
        CLIENTS.values().removeIf(client -> client.get() == null);
        Key key = new Key(route, retryPolicy.connect());
        WeakReference<HttpClient> known = CLIENTS.get(key);
        HttpClient client = known == null ? null : known.get();
        if (client == null) {
            client = route.client(retryPolicy);
            CLIENTS.put(key, new WeakReference<>(client));
        }
        return client;
    }

    /** Of a retry policy, a client has only the time for a connection. */
    private record Key(HttpRoute route, Duration connect) {}
}
