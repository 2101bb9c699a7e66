package dev.sallyport.servicekit.security;

import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates that the other side of a connection has shown, its own first. */
public final class ShownChain {
    /** Jakarta Servlet 6.1, section 3.10. */
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private ShownChain() {}

    /** Those of this request's connection; empty without one. */
    public static List<X509Certificate> of(HttpServletRequest request) {
        return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain ? List.of(chain) : List.of();
    }
}
