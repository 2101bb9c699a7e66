package dev.sallyport.identity.denylist;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.trust.FleetChain;
import dev.sallyport.statements.trust.SpiffeId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts a server only when its chain is good, its SPIFFE id is the expected one and it is not revoked. A host name
 * proves less than the id does: every workload on a machine may bear the same name, so names are not looked at.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
    private final X509TrustManager chains;
    private final SpiffeId expected;
    private final RevokedCertificates revoked;
    private final Set<X509Certificate> met = ConcurrentHashMap.newKeySet();

    /** Trusts servers of that id whose chains these roots' manager believes. */
    public PeerTrust(X509TrustManager chains, SpiffeId expected, RevokedCertificates revoked) {
        this.chains = chains;
        this.expected = expected;
        this.revoked = revoked;
    }

    /**
     * Whether every server met so far would be trusted again now. Where it is not so, connections to one that no longer
     * counts may be open.
     */
    public boolean stillTrustsThoseMet() {
        // As in the handshake, by the system's clock.
        Instant now = Instant.now();
        return met.stream()
                .noneMatch(leaf -> leaf.getNotAfter().toInstant().isBefore(now) || revoked.isRevoked(leaf, expected));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        chains.checkServerTrusted(chain, authType);
        if (FleetChain.isTooLong(List.of(chain))) {
            throw new CertificateException("an authority stands between the server's authority and the server");
        }
        X509Certificate leaf = chain[0];
        SpiffeId id = read(leaf);
        if (!expected.equals(id)) {
            throw new CertificateException("expected " + expected + ", met " + id);
        }
        if (revoked.isRevoked(leaf, id)) {
            throw new CertificateException("the certificate of " + id + " has been revoked");
        }
        met.add(leaf);
    }

    private static SpiffeId read(X509Certificate leaf) throws CertificateException {
        try {
            return X509Svid.idOf(leaf);
        } catch (IdentityException e) {
            throw new CertificateException("the server's certificate names no SPIFFE id", e);
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
