package dev.sallyport.approval.signin;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One sign-in of one person.
 *
 * @param id the session's id (ULID), for records; not the secret
 * @param workspaceId the workspace signed in to
 * @param principal the person
 * @param expiresAt until when it counts
 * @param roles it counts while the person has no other roles than these; null for any
 */
public record Session(
        String id,
        String workspaceId,
        String principal,
        Instant expiresAt,
        @Nullable Set<String> roles) {
    /** Whether it began at an OpenID provider. */
    boolean isByProvider() {
        return roles != null;
    }

    /** Whether it counts for a person with these roles. */
    boolean admits(Set<String> held) {
        return roles == null || roles.containsAll(held);
    }
}
