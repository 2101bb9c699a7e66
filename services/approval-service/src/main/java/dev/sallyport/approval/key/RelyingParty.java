package dev.sallyport.approval.key;

import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import java.net.URI;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * Who passkeys are made for: the host name in {@code sallyport.public.url}, never the one that a request names. A page on
 * another host name that passes requests on can then not have keys made for itself.
 */
@Component
public class RelyingParty {
    private final String host;

    RelyingParty(PublicConnectorProperties connector) {
        host = Objects.requireNonNullElse(URI.create(connector.baseUrl()).getHost(), "localhost");
    }

    /** WebAuthn's relying party id. */
    public String id() {
        return host;
    }
}
