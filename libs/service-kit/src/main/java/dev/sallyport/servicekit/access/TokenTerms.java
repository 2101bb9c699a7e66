package dev.sallyport.servicekit.access;

import dev.sallyport.statements.trust.SpiffeId;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a token counts. Certificates and sign-in sessions have none.
 *
 * @param requestsPerMinute how many requests its holder may make in a minute; 0 where it has no limit of its own
 * @param certificate the client certificate beside which alone it counts; null where it counts by itself
 */
public record TokenTerms(int requestsPerMinute, @Nullable SpiffeId certificate) {
    /** No terms: a credential that is no token, or one that was issued without any. */
    public static final TokenTerms NONE = new TokenTerms(0, null);

    /** Whether it counts on a connection that shows this certificate; null stands for none. */
    public boolean fit(@Nullable SpiffeId shown) {
        return certificate == null || certificate.equals(shown);
    }
}
