package dev.sallyport.policy.access.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token to be issued.
 *
 * @param kind {@code agent}, {@code person} or {@code service}
 * @param name the principal's name without its kind
 * @param roles roles of a new service. Of a principal that is a member already they must be its roles, or empty
 * @param scopes permissions the token is confined to; empty means all of the principal's
 * @param channels channels it may speak through
 * @param expiresInDays lifetime, 1 to 365 days
 * @param label for people
 * @param requestsPerMinute how many requests its holder may make in a minute, 1 to 100,000
 * @param certificate the SPIFFE id of the only certificate beside which it counts; null where it counts by itself
 */
public record TokenRequest(
        String kind,
        String name,
        List<String> roles,
        List<String> scopes,
        List<String> channels,
        int expiresInDays,
        String label,
        int requestsPerMinute,
        @Nullable String certificate) {
    /** Copies the lists. */
    public TokenRequest {
        roles = List.copyOf(roles);
        scopes = List.copyOf(scopes);
        channels = List.copyOf(channels);
    }
}
