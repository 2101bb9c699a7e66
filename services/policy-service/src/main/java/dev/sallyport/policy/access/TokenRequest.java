package dev.sallyport.policy.access;

import java.util.List;

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
 */
public record TokenRequest(
        String kind,
        String name,
        List<String> roles,
        List<String> scopes,
        List<String> channels,
        int expiresInDays,
        String label) {
    /** Copies the lists. */
    public TokenRequest {
        roles = List.copyOf(roles);
        scopes = List.copyOf(scopes);
        channels = List.copyOf(channels);
    }
}
