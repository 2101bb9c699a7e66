package dev.sallyport.servicekit.connector;

import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.problem.ProblemReportValve;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ValveBase;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.tomcat.SslConnectorCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.Ssl.ClientAuth;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Adds the public connector beside the internal one, and marks every request with its {@link ConnectorKind}.
 *
 * <p>Two connectors and not one with optional certificates: TLS 1.3 in the JDK knows no authentication after the
 * handshake, and a browser that is asked for a certificate shows a dialogue.
 */
public final class TwoConnectors implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    private static final int HEADER_BYTES = 16 * 1024;
    /** Longer than clients keep a connection (the JDK's 30 s), or one sends a request on what is just being closed. */
    private static final int KEEP_ALIVE_MS = 75_000;

    private static final int REQUESTS_PER_CONNECTION = 1_000;

    private final PublicConnectorProperties properties;
    private final SslBundles bundles;
    private final Connector connector = new Connector(NoResumption.class.getName());

    /** A public connector as configured, with TLS from the workload's bundle when it is asked for. */
    public TwoConnectors(PublicConnectorProperties properties, SslBundles bundles) {
        this.properties = properties;
        this.bundles = bundles;
    }

    /** The port the public connector really listens on; -1 before the start. */
    public int publicPort() {
        return connector.getLocalPort();
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(NoResumption.class.getName());
        connector.setPort(properties.port());
        connector.setThrowOnFailure(true);
        AbstractHttp11Protocol<?> protocol = limit(connector);
        // Spring Boot does this for the internal connector, its own, alone.
        protocol.setExecutor(new VirtualThreadExecutor("public-"));
        protocol.setAddress(properties.inetAddress());
        if (properties.tls()) {
            SslConnectorCustomizer tls =
                    new SslConnectorCustomizer(LogFactory.getLog(TwoConnectors.class), connector, ClientAuth.WANT);
            tls.customize(bundles.getBundle(IdentityInForce.BUNDLE), Map.of());
            bundles.addBundleUpdateHandler(IdentityInForce.BUNDLE, bundle -> tls.update(null, bundle));
        }
        factory.addConnectorCustomizers(TwoConnectors::limit);
        factory.addAdditionalConnectors(connector);
        factory.addEngineValves(new DoorValve());
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemReportValve.class.getName());
            }
        });
    }

    private static AbstractHttp11Protocol<?> limit(Connector connector) {
        connector.setXpoweredBy(false);
        connector.setAllowTrace(false);
        AbstractHttp11Protocol<?> protocol =
                (AbstractHttp11Protocol<?>) Objects.requireNonNull(connector.getProtocolHandler());
        protocol.setMaxHttpRequestHeaderSize(HEADER_BYTES);
        // Spring repeats what a request accepts as what it gets: whatever came in must have room on its way out.
        protocol.setMaxHttpResponseHeaderSize(2 * HEADER_BYTES);
        // Connections outlive a change of trust, so they are not kept for long; revocation is checked per request.
        protocol.setKeepAliveTimeout(KEEP_ALIVE_MS);
        protocol.setMaxKeepAliveRequests(REQUESTS_PER_CONNECTION);
        return protocol;
    }

    private final class DoorValve extends ValveBase {
        DoorValve() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            request.setAttribute(
                    ConnectorKind.ATTRIBUTE,
                    connector.equals(request.getConnector()) ? ConnectorKind.PUBLIC : ConnectorKind.INTERNAL);
            getNext().invoke(request, response);
        }
    }
}
