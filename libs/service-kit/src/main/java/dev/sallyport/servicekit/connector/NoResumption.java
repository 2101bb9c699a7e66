package dev.sallyport.servicekit.connector;

import dev.sallyport.identity.TlsContexts;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.SSLHostConfig;

/**
 * HTTP/1.1 whose every TLS connection begins with a look at the client's certificate; see
 * {@link TlsContexts#neverResume}. A protocol of its own, since Spring Boot makes a new TLS configuration whenever the
 * server's certificate is renewed, and adds it here.
 */
public final class NoResumption extends Http11NioProtocol {
    @Override
    public void addSslHostConfig(SSLHostConfig configuration, boolean replace) {
        configuration.setSessionTimeout(TlsContexts.SESSION_TIMEOUT_WITHOUT_TICKETS);
        super.addSslHostConfig(configuration, replace);
    }
}
