package io.jenkins.plugins.pgbackup.engine.store.s3.transfer;

import io.jenkins.plugins.pgbackup.engine.failure.BackupException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The only authorities whose certificates are trusted: what AWS's tools take as {@code ca_bundle}.
 *
 * @param pem one or more certificates in PEM
 */
public record CertificateBundle(String pem) implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * Reads a file.
     *
     * @param file its path, as it was given
     * @throws BackupException if it holds no certificates
     */
    public static CertificateBundle read(String file) throws BackupException {
        try {
            CertificateBundle bundle =
                    new CertificateBundle(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1));
            if (bundle.certificates().isEmpty()) {
                throw new CertificateException("no certificate");
            }
            return bundle;
        } catch (IOException | InvalidPathException | CertificateException e) {
            throw new BackupException(
                    "The certificates of AWS_CA_BUNDLE or ca_bundle cannot be read from " + file
                            + ": write the path of a file of certificates in PEM.",
                    e);
        }
    }

    /** What checks certificates of servers by it. */
    public TrustManager[] trustManagers() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates()) {
                store.setCertificateEntry(String.valueOf(number++), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates that could be read before", e);
        }
    }

    SSLContext sslContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private Collection<? extends Certificate> certificates() throws CertificateException {
        // Many bundles have the names of their authorities between the certificates.
        StringBuilder certificates = new StringBuilder();
        boolean inside = false;
        for (String line : pem.lines().toList()) {
            inside |= line.startsWith("-----BEGIN");
            if (inside) {
                certificates.append(line).append('\n');
            }
            inside &= !line.startsWith("-----END");
        }
        try (InputStream in = new ByteArrayInputStream(certificates.toString().getBytes(StandardCharsets.ISO_8859_1))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        } catch (IOException e) {
            throw new CertificateException(e);
        }
    }
}
