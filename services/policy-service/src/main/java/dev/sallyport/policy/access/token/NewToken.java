package dev.sallyport.policy.access.token;

import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.statements.Digest;
import java.time.Duration;
import java.util.List;

/**
 * A token to be stored.
 *
 * @param tokenId its id
 * @param workspaceId its workspace
 * @param principal on whose behalf its holder acts
 * @param hash the SHA-256 of it
 * @param label for people
 * @param scopes permissions it is confined to; empty means all of the principal's
 * @param channels channels it may speak through
 * @param terms how often it may be used, and beside which certificate
 * @param accountable who issues it
 * @param lifetime from now on
 */
public record NewToken(
        String tokenId,
        String workspaceId,
        String principal,
        Digest hash,
        String label,
        List<String> scopes,
        List<String> channels,
        TokenTerms terms,
        String accountable,
        Duration lifetime) {
    /** Copies the lists. */
    public NewToken {
        scopes = List.copyOf(scopes);
        channels = List.copyOf(channels);
    }
}
