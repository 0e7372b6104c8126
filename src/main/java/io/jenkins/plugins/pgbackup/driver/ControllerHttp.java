package io.jenkins.plugins.pgbackup.driver;

import hudson.ProxyConfiguration;
import hudson.util.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/** How the controller speaks HTTP: through Jenkins' proxy where there is one. */
final class ControllerHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

    private ControllerHttp() {}

    static SdkHttpClient.Builder<?> client() {
        // Named: with several HTTP clients in sight the SDK would refuse to choose.
        ApacheHttpClient.Builder client =
                ApacheHttpClient.builder().connectionTimeout(CONNECT_TIMEOUT).socketTimeout(SOCKET_TIMEOUT);
        ProxyConfiguration proxy = Jenkins.get().getProxy();
        if (proxy != null) {
            client.proxyConfiguration(translate(proxy));
        }
        return client;
    }

    private static software.amazon.awssdk.http.apache.ProxyConfiguration translate(ProxyConfiguration proxy) {
        Set<String> direct = Arrays.stream(
                        String.valueOf(proxy.getNoProxyHost()).split("[\\s,|]+"))
                .filter(host -> !host.isEmpty())
                .map(host -> host.replace(".", "\\.").replace("*", ".*"))
                .collect(Collectors.toSet());
        software.amazon.awssdk.http.apache.ProxyConfiguration.Builder translated =
                software.amazon.awssdk.http.apache.ProxyConfiguration.builder()
                        .endpoint(URI.create("http://" + proxy.getName() + ":" + proxy.getPort()))
                        .nonProxyHosts(direct);
        if (proxy.getUserName() != null && !proxy.getUserName().isEmpty()) {
            translated.username(proxy.getUserName()).password(Secret.toString(proxy.getSecretPassword()));
        }
        return translated.build();
    }
}
