package dev.sallyport.servicekit.access;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who acts, as introspection found it; never as the caller said it.
 *
 * @param kind what sort of principal
 * @param name {@code person:<name>}, {@code agent:<name>} or {@code service:<name>}
 * @param workspaceId the workspace it acts in
 * @param roles its roles there
 * @param permissions what it may do there
 * @param accountable the people answerable for it
 * @param channels the channels it may speak through
 * @param tokenId the token's id; null for a certificate
 * @param terms on what terms the token counts; {@link TokenTerms#NONE} without a token
 * @param device the device's id, of its certificate or of the one that the token is bound to; null without one
 * @param expiresAt when the credential ends; null when that is the certificate's own end
 * @param frozen whether a freeze leaves it nothing but reading; {@code permissions} says so already
 */
public record Principal(
        Kind kind,
        String name,
        String workspaceId,
        Set<String> roles,
        Set<Permission> permissions,
        List<String> accountable,
        List<String> channels,
        @Nullable String tokenId,
        TokenTerms terms,
        @Nullable String device,
        @Nullable Instant expiresAt,
        boolean frozen) {
    /** The sorts of principal. */
    public enum Kind {
        /** A human. */
        PERSON,
        /** An agent; it has no human's rights. */
        AGENT,
        /** A program that is neither. */
        SERVICE
    }

    /** Copies the collections. */
    public Principal {
        roles = Set.copyOf(roles);
        permissions = Set.copyOf(permissions);
        accountable = List.copyOf(accountable);
        channels = List.copyOf(channels);
    }

    /** Whether it may do this in its workspace. */
    public boolean may(Permission permission) {
        return permissions.contains(permission);
    }
}
