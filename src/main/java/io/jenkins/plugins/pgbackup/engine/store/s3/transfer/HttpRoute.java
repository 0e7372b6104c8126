package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a machine reaches a store: the one place that says through which proxy, and whose certificates are trusted.
 *
 * @param proxy of those who sent the machine, or {@code null}; what its JVM was started with comes first
 * @param authorities who are trusted instead of those that the JVM trusts, or {@code null}
 */
public record HttpRoute(HttpProxy proxy, CertificateBundle authorities) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Without a proxy, but for the JVM's own. */
    public static final HttpRoute DIRECT = new HttpRoute(null, null);

    /**
     * The route that an environment says.
     *
     * @param environment variables by name
     * @param scheme of the requests to the store
     * @throws io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException if it names a proxy that is none
     */
    public static HttpRoute of(Map<String, String> environment, String scheme) {
        return new HttpRoute(HttpProxy.of(environment, scheme).orElse(null), null);
    }

    /** This with other authorities. */
    public HttpRoute trusting(CertificateBundle others) {
        return new HttpRoute(proxy, others);
    }

    /** The proxy for requests of a scheme, whichever their host. */
    public Optional<HttpProxy> proxyFor(String scheme) {
        return HttpProxy.of(System::getProperty, scheme).or(() -> Optional.ofNullable(proxy));
    }

    /** The proxy for requests to an address; empty if they go there directly. */
    public Optional<HttpProxy> proxyFor(URI uri) {
        return proxyFor(uri.getScheme()).filter(found -> found.isFor(uri.getHost()));
    }

    /** A client for signed requests. */
    HttpClient client(PartRetryPolicy retryPolicy) {
        HttpClient.Builder client = HttpClient.newBuilder()
                // A connection for each part in flight, where HTTP/2 would share one window between them.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(retryPolicy.connect())
                .proxy(new Selector(this));
        if (authorities != null) {
            client.sslContext(authorities.sslContext());
        }
        return client.build();
    }

    /** Begins a request. A proxy's password goes along at once: the body of a request can be sent once only. */
    HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        proxyFor(uri)
                .flatMap(HttpProxy::authorization)
                .ifPresent(value -> request.header("Proxy-Authorization", value));
        return request;
    }

    private static final class Selector extends ProxySelector {

        private final HttpRoute route;

        Selector(HttpRoute route) {
            this.route = route;
        }

        @Override
        public List<Proxy> select(URI uri) {
            return List.of(route.proxyFor(uri)
                    .map(proxy ->
                            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())))
                    .orElse(Proxy.NO_PROXY));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {
            // There is no other one to try.
        }
    }
}
