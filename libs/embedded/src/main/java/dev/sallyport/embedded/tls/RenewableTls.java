package dev.sallyport.embedded.tls;

import dev.sallyport.identity.TlsContexts;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own TLS, read again for the next connection when the file with key and certificate has been replaced: a
 * certificate lives 24 hours, a broker longer, and its controller's listener takes no new configuration while it runs.
 * Clients are served for as long as their certificates count, and not resumed without being asked for one.
 */
public final class RenewableTls implements SslEngineFactory {
    /** Configuration key: the broker's identity directory. With the other two, or none of them. */
    public static final String IDENTITY = "sallyport.identity.dir";

    /** Configuration key: internal base URL of vault-service. */
    public static final String VAULT = "sallyport.vault.url";

    /** Configuration key: the file that the denylist is kept in. */
    public static final String DENYLIST = "sallyport.denylist.file";

    private record Loaded(DefaultSslEngineFactory factory, long version) {}

    private @Nullable Map<String, ?> configuration;
    private @Nullable Loaded current;
    private WatchedEngine.PeerCheck check = RenewableTls::isValid;

    /** Made by Kafka, which then calls {@link #configure}. */
    public RenewableTls() {}

    @Override
    public synchronized void configure(Map<String, ?> configuration) {
        this.configuration = configuration;
        this.current = load(configuration);
        if (configuration.get(IDENTITY) != null) {
            this.check = BrokerDenylist.of(
                    Path.of(text(configuration, IDENTITY)),
                    URI.create(text(configuration, VAULT)),
                    Path.of(text(configuration, DENYLIST)));
        }
    }

    private static String text(Map<String, ?> configuration, String key) {
        return Objects.requireNonNull(configuration.get(key), key + " is not set")
                .toString();
    }

    private static boolean isValid(X509Certificate leaf) {
        return !leaf.getNotAfter().toInstant().isBefore(Instant.now());
    }

    private static Loaded load(Map<String, ?> configuration) {
        long version = version(configuration);
        var factory = new DefaultSslEngineFactory();
        factory.configure(configuration);
        TlsContexts.neverResume(factory.sslContext());
        return new Loaded(factory, version);
    }

    /** The file is replaced by rename, so another time of change is another content. */
    private static long version(Map<String, ?> configuration) {
        Object file = configuration.get(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG);
        return file == null ? 0 : new File(file.toString()).lastModified();
    }

    private synchronized DefaultSslEngineFactory inForce() {
        if (configuration == null || current == null) {
            throw new IllegalStateException("not configured");
        }
        if (version(configuration) != current.version()) {
            current = load(configuration);
        }
        return current.factory();
    }

    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        return inForce().createClientSslEngine(peerHost, peerPort, endpointIdentification);
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        return new WatchedEngine(inForce().createServerSslEngine(peerHost, peerPort), check);
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> nextConfiguration) {
        return inForce().shouldBeRebuilt(nextConfiguration);
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return inForce().reconfigurableConfigs();
    }

    @Override
    public KeyStore keystore() {
        return inForce().keystore();
    }

    @Override
    public KeyStore truststore() {
        return inForce().truststore();
    }

    @Override
    public void close() {}
}
