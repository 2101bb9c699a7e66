package dev.sallyport.servicekit.connector;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The public connector: API for agents, pages for people.
 *
 * @param port TCP port, 0 for any free one; default 8080
 * @param address address to bind; default 127.0.0.1
 * @param tls whether it speaks TLS (client certificates wanted, not needed); without it the address must be a loopback
 *     one; default false
 * @param url how agents and people reach it, for links; default {@code http(s)://localhost:<port>}
 */
@Validated
@ConfigurationProperties("sallyport.public")
public record PublicConnectorProperties(
        @DefaultValue("8080") @Min(0) @Max(65535) int port,
        @DefaultValue("127.0.0.1") String address,
        @DefaultValue("false") boolean tls,
        @Nullable URI url) {

    /** Refuses plain HTTP on an address that others can reach, with {@link IllegalArgumentException}. */
    public PublicConnectorProperties {
        if (!tls && !inetAddress(address).isLoopbackAddress()) {
            throw new IllegalArgumentException("sallyport.public.address " + address
                    + " is not a loopback address: set sallyport.public.tls=true, or bind 127.0.0.1");
        }
    }

    /** The base URL for links, without a slash at its end. */
    public String baseUrl() {
        String base = url == null ? (tls ? "https" : "http") + "://localhost:" + port : url.toString();
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }

    InetAddress inetAddress() {
        return inetAddress(address);
    }

    private static InetAddress inetAddress(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("sallyport.public.address " + address + " is not an address here", e);
        }
    }
}
