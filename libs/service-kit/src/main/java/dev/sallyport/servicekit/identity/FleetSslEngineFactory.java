package dev.sallyport.servicekit.identity;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.denylist.PeerTrust;
import dev.sallyport.identity.denylist.RevokedCertificates;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * TLS for Kafka clients from the bundle {@value IdentityInForce#BUNDLE}, looked up again for every connection.
 *
 * <p>Boot's own factory keeps the bundle it saw first, so a client would go on with an expired certificate.
 */
public final class FleetSslEngineFactory implements SslEngineFactory {
    /** Configuration key under which the clients' {@link SslBundles} are handed over. */
    public static final String BUNDLES = "sallyport.ssl.bundles";

    /** Configuration key of the PEM file with the CAs that brokers' certificates are checked with. */
    public static final String CA_FILE = "sallyport.ssl.ca-file";

    /** Configuration key of the {@link Broker} that is to be met where it is the fleet's own. */
    public static final String BROKER = "sallyport.ssl.broker";

    private @Nullable SslBundles bundles;
    private @Nullable Broker broker;
    private @Nullable Path caFile;

    /**
     * The fleet's own broker.
     *
     * @param id its SPIFFE id; every workload on a machine may bear its host name
     * @param revoked which certificates no longer count
     */
    public record Broker(SpiffeId id, RevokedCertificates revoked) {}

    /**
     * What a Kafka client's configuration needs in order to use this factory.
     *
     * @param broker who must answer where the fleet's own CAs are believed
     * @param caFile PEM file with the CAs of brokers that somebody else runs, null for the fleet's own
     */
    public static Map<String, Object> configs(SslBundles bundles, Broker broker, @Nullable Path caFile) {
        Map<String, Object> configs = new HashMap<>(Map.of(
                "security.protocol",
                "SSL",
                SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG,
                FleetSslEngineFactory.class,
                BUNDLES,
                bundles,
                BROKER,
                broker));
        if (caFile != null) {
            configs.put(CA_FILE, caFile);
        }
        return configs;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        bundles = (SslBundles) Objects.requireNonNull(configs.get(BUNDLES), BUNDLES + " is not set");
        broker = (Broker) Objects.requireNonNull(configs.get(BROKER), BROKER + " is not set");
        caFile = (Path) configs.get(CA_FILE);
    }

    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        SslBundle bundle = bundle();
        SSLEngine engine = context(bundle).createSSLEngine(peerHost, peerPort);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(bundle.getOptions().getEnabledProtocols());
        parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
        throw new UnsupportedOperationException("this is a factory for Kafka clients");
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
        return false;
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    @Override
    public @Nullable KeyStore keystore() {
        return bundle().getStores().getKeyStore();
    }

    @Override
    public @Nullable KeyStore truststore() {
        return bundle().getStores().getTrustStore();
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private SslBundle bundle() {
        return Objects.requireNonNull(bundles, "not configured").getBundle(IdentityInForce.BUNDLE);
    }

    private SSLContext context(SslBundle bundle) {
        Path file = caFile;
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(bundle.getManagers().getKeyManagers(), trust(bundle, file), null);
            return context;
        } catch (IOException | GeneralSecurityException | IdentityException e) {
            throw new KafkaException("the CAs of Kafka cannot be used: " + e.getMessage(), e);
        }
    }

    private TrustManager[] trust(SslBundle bundle, @Nullable Path file) throws IOException {
        if (file != null) {
            // Read again, since who runs that Kafka replaces its CA without asking.
            return TlsContexts.trustManagers(Pem.certificates(Files.readAllBytes(file)));
        }
        Broker own = Objects.requireNonNull(broker, "not configured");
        X509TrustManager chains = Arrays.stream(bundle.getManagers().getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
        return new TrustManager[] {new PeerTrust(chains, own.id(), own.revoked())};
    }
}
