package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS towards the fleet: our certificate, and the server's by the fleet's roots and SPIFFE id. */
final class FleetTls {
    private static final char[] NO_PASSWORD = new char[0];

    private FleetTls() {}

    /** A context that shows our certificate, if there is one, and believes only this service of this fleet. */
    static SSLContext internal(Service service, TrustRoots trust, Credential.@Nullable Identity identity) {
        try {
            TrustManager[] trustManagers = {new ServiceTrustManager(fleetTrust(trust), trust.trustDomain(), service)};
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(identity == null ? null : keyManagers(identity.directory()), trustManagers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new CommandFailure.Usage("cannot set up TLS from the identity and trust files: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the identity directory: " + e.getMessage(), e);
        }
    }

    private static X509TrustManager fleetTrust(TrustRoots trust) throws GeneralSecurityException, IOException {
        KeyStore roots = emptyStore();
        int number = 0;
        for (X509Certificate root : trust.tlsRoots()) {
            roots.setCertificateEntry("root-" + number++, root);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(roots);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("this Java platform has no X.509 trust manager");
    }

    private static KeyManager[] keyManagers(Path identity) throws GeneralSecurityException, IOException {
        Path certificates = identity.resolve("tls").resolve("tls.crt");
        Path key = identity.resolve("tls").resolve("tls.key");
        KeyStore store = emptyStore();
        Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificates)));
        if (chain.isEmpty()) {
            throw new GeneralSecurityException(certificates + " holds no certificate");
        }
        store.setKeyEntry("identity", privateKey(key, chain), NO_PASSWORD, chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static PrivateKey privateKey(Path file, Collection<? extends Certificate> chain)
            throws GeneralSecurityException, IOException {
        String pem = Files.readString(file, StandardCharsets.US_ASCII);
        String body = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
        byte[] der;
        try {
            der = Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(file + " is not a PKCS#8 PEM key", e);
        }
        String algorithm = List.copyOf(chain).getFirst().getPublicKey().getAlgorithm();
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
