package io.jenkins.plugins.pgbackup.cli.s3;

import io.jenkins.plugins.pgbackup.engine.store.s3.SdkProxy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpProxy;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.HttpRoute;
import java.time.Duration;
import java.util.Optional;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

/**
 * The HTTP clients of the AWS SDK: the one for S3, and those that the SDK makes itself for STS or IAM Identity Center for
 * credentials. All of them use the proxy and the authorities that the parts of a dump are sent with.
 *
 * <p>Public because the SDK makes it, by its name.
 */
public final class AwsHttp implements SdkHttpService {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

    /**
     * "Networking Properties" of the JDK: with which kinds of authentication it opens no tunnel through a proxy. Basic, which is
     * the only one that it has, is among them by default; a person who writes a password into HTTPS_PROXY wants it sent.
     */
    private static final String NO_TUNNEL_WITH = "jdk.http.auth.tunneling.disabledSchemes";

    /** Of the one command that this process runs. */
    private static volatile HttpRoute route = HttpRoute.DIRECT;

    /** Has the SDK's own clients take a route, from now on. */
    static void use(HttpRoute other) {
        route = other;
        if (System.getProperty(NO_TUNNEL_WITH) == null) {
            System.setProperty(NO_TUNNEL_WITH, "");
        }
        System.setProperty(SdkSystemSetting.SYNC_HTTP_SERVICE_IMPL.property(), AwsHttp.class.getName());
    }

    /** For servers that speak TLS, as AWS's do. */
    @Override
    public SdkHttpClient.Builder<?> createHttpClientBuilder() {
        return client(route, "https");
    }

    /** @param scheme of the requests to the server */
    static ApacheHttpClient.Builder client(HttpRoute route, String scheme) {
        Optional<HttpProxy> proxy = route.proxyFor(scheme);
        ApacheHttpClient.Builder http = ApacheHttpClient.builder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(READ_TIMEOUT)
                .proxyConfiguration(SdkProxy.of(proxy));
        if (scheme.equals("http")) {
            // No TLS will be spoken then; the client would get ready for it first, with every certificate it trusts.
            http.socketFactory(PlainConnectionSocketFactory.getSocketFactory());
        } else if (route.authorities() != null) {
            http.tlsTrustManagersProvider(route.authorities()::trustManagers);
        }
        return http;
    }
}
