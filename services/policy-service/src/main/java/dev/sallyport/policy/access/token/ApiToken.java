package dev.sallyport.policy.access.token;

import dev.sallyport.servicekit.access.TokenTerms;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An API token as it is known here: everything but itself.
 *
 * @param tokenId its id
 * @param workspaceId its workspace
 * @param principal on whose behalf its holder acts
 * @param label for people
 * @param scopes permissions it is confined to; empty means all of the principal's
 * @param channels channels it may speak through
 * @param terms how often it may be used, and beside which certificate
 * @param accountable who issued it
 * @param createdAt when
 * @param expiresAt until when it counts
 * @param revokedAt since when it does not, null while it does
 * @param lastUsedAt when it was last used, at most a minute older than the truth; null before its first use
 * @param rotatedTo the token that replaces it; null while none does
 */
public record ApiToken(
        String tokenId,
        String workspaceId,
        String principal,
        String label,
        List<String> scopes,
        List<String> channels,
        TokenTerms terms,
        String accountable,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt,
        @Nullable String rotatedTo) {
    /** Copies the lists. */
    public ApiToken {
        scopes = List.copyOf(scopes);
        channels = List.copyOf(channels);
    }
}
