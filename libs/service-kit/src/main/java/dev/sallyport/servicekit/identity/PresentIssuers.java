package dev.sallyport.servicekit.identity;

import java.security.cert.X509Certificate;
import java.util.Optional;

/** What the fleet's newest list says about who issues certificates now. */
@FunctionalInterface
public interface PresentIssuers {
    /** Whether the authority issues now; empty while nobody has said. */
    Optional<Boolean> issues(X509Certificate authority);
}
