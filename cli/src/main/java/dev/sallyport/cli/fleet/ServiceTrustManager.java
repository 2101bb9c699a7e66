package dev.sallyport.cli.fleet;

import dev.sallyport.statements.trust.SpiffeId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Believes a server whose chain ends in the fleet's TLS roots and whose one URI name is the expected service's SPIFFE
 * id (X.509-SVID, section 5.2). Host names are not looked at: a service is who it is, wherever it runs. Being an
 * extended trust manager keeps JSSE from wrapping this one with a host name check of its own.
 */
final class ServiceTrustManager extends X509ExtendedTrustManager {
    private static final int URI_NAME = 6;
    private final X509TrustManager roots;
    private final String expected;

    ServiceTrustManager(X509TrustManager roots, String trustDomain, Service service) {
        this.roots = roots;
        this.expected = SpiffeId.service(trustDomain, service.fullName()).toString();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        roots.checkServerTrusted(chain, authType);
        List<String> uris = new ArrayList<>();
        Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer type && type == URI_NAME && name.get(1) instanceof String uri) {
                    uris.add(uri);
                }
            }
        }
        if (uris.size() != 1 || !uris.getFirst().equals(expected)) {
            throw new CertificateException("the server is " + uris + ", not " + expected);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side is never a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return roots.getAcceptedIssuers();
    }
}
