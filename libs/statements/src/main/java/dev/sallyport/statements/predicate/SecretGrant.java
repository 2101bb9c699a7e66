package dev.sallyport.statements.predicate;

import java.util.List;

/**
 * A secret that a call may redeem.
 *
 * @param reference {@code vault://<workspace>/<name>}
 * @param version the pinned version
 * @param delivery {@code proxy}, {@code pipe}, {@code file} or {@code env}
 * @param hosts hosts it may be sent to
 */
public record SecretGrant(String reference, int version, String delivery, List<String> hosts) {
    /** Copies the list. */
    public SecretGrant {
        hosts = List.copyOf(hosts);
    }
}
