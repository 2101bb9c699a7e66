package dev.sallyport.servicekit.identity;

import java.security.KeyStore;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * TLS for Kafka clients from the bundle {@value IdentityInForce#BUNDLE}, looked up anew for every connection.
 *
 * <p>Boot's own factory keeps the bundle it saw first, so a client would go on with an expired certificate.
 */
public final class FleetSslEngineFactory implements SslEngineFactory {
    /** Configuration key under which the clients' {@link SslBundles} are handed over. */
    public static final String BUNDLES = "sallyport.ssl.bundles";

    private @Nullable SslBundles bundles;

    /** What a Kafka client's configuration needs in order to use this factory. */
    public static Map<String, Object> configs(SslBundles bundles) {
        return Map.of(
                "security.protocol",
                "SSL",
                SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG,
                FleetSslEngineFactory.class,
                BUNDLES,
                bundles);
    }

    @Override
    public void configure(Map<String, ?> configs) {
        bundles = (SslBundles) Objects.requireNonNull(configs.get(BUNDLES), BUNDLES + " is not set");
    }

    @Override
    public SSLEngine createClientSslEngine(String peerHost, int peerPort, String endpointIdentification) {
        SslBundle bundle = bundle();
        SSLEngine engine = bundle.createSslContext().createSSLEngine(peerHost, peerPort);
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
}
