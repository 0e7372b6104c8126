package io.jenkins.plugins.pgbackup.driver;

import hudson.ProxyConfiguration;
import hudson.util.Secret;
import io.jenkins.plugins.pgbackup.engine.store.s3.SdkProxy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpProxy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/**
 * How a store is reached: from the controller through Jenkins' proxy, or else through that of its environment; from an agent
 * through that of the agent, or else through Jenkins' too.
 */
final class ControllerHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

    private ControllerHttp() {}

    /** @param scheme of the requests to the store */
    static SdkHttpClient.Builder<?> client(String scheme) {
        // Named: with several HTTP clients in sight the SDK would refuse to choose.
        return ApacheHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(SOCKET_TIMEOUT)
                .proxyConfiguration(SdkProxy.of(proxy(scheme)));
    }

    /** The controller's own route. */
    static HttpRoute route(String scheme) {
        return new HttpRoute(proxy(scheme).orElse(null), null);
    }

    /**
     * The route of an agent, but for what its JVM was started with, which comes first. Jenkins' proxy goes there with its password,
     * as Jenkins sends it to agents itself.
     *
     * @param environment of the step, which has the agent's
     */
    static HttpRoute ofAgent(Map<String, String> environment, String scheme) {
        Optional<HttpProxy> proxy = HttpProxy.of(environment, scheme)
                .or(() -> ofJenkins().map(jenkins -> jenkins.without(HttpProxy.directHosts(environment))));
        return new HttpRoute(proxy.orElse(null), null);
    }

    private static Optional<HttpProxy> proxy(String scheme) {
        return ofJenkins().or(() -> HttpRoute.of(System.getenv(), scheme).proxyFor(scheme));
    }

    private static Optional<HttpProxy> ofJenkins() {
        ProxyConfiguration proxy = Jenkins.get().getProxy();
        if (proxy == null || proxy.getName() == null || proxy.getName().isBlank()) {
            return Optional.empty();
        }
        List<String> direct = Stream.of(String.valueOf(proxy.getNoProxyHost()).split("[\\s,|]+"))
                .filter(host -> !host.isEmpty())
                .map(HttpProxy::pattern)
                .toList();
        return Optional.of(new HttpProxy(
                proxy.getName(),
                proxy.getPort(),
                proxy.getUserName(),
                Secret.toString(proxy.getSecretPassword()),
                direct));
    }
}
