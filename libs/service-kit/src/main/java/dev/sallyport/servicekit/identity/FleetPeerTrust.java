package dev.sallyport.servicekit.identity;

import dev.sallyport.statements.trust.SpiffeId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts a server only when its chain is good and its SPIFFE id is the expected one. A host name proves less than the
 * id does: every workload on a machine may bear the same name, so names are not looked at.
 */
final class FleetPeerTrust extends X509ExtendedTrustManager {
    private final X509TrustManager chains;
    private final SpiffeId expected;

    FleetPeerTrust(X509TrustManager chains, SpiffeId expected) {
        this.chains = chains;
        this.expected = expected;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        chains.checkServerTrusted(chain, authType);
        SpiffeId id = CertificateIds.read(chain[0], expected.trustDomain());
        if (!expected.equals(id)) {
            throw new CertificateException("expected " + expected + ", met " + (id == null ? "no SPIFFE id" : id));
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a client does not check clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }
}
