package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpProxy;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.http.apache.ProxyConfiguration;

/** A proxy as the HTTP client of the AWS SDK has it. */
public final class SdkProxy {

    private SdkProxy() {}

    /** @param proxy the only one that counts, whatever the environment and the JVM say; empty for none */
    public static ProxyConfiguration of(Optional<HttpProxy> proxy) {
        ProxyConfiguration.Builder translated =
                ProxyConfiguration.builder().useEnvironmentVariableValues(false).useSystemPropertyValues(false);
        proxy.ifPresent(found -> {
            translated
                    .endpoint(URI.create("http://"
                            + (found.host().contains(":") ? '[' + found.host() + ']' : found.host())
                            + ':'
                            + found.port()))
                    .nonProxyHosts(Set.copyOf(found.direct()));
            if (found.user() != null) {
                translated
                        .username(found.user())
                        .password(found.password() == null ? "" : found.password())
                        .preemptiveBasicAuthenticationEnabled(true);
            }
        });
        return translated.build();
    }
}
