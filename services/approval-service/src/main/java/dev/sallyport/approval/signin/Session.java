package dev.sallyport.approval.signin;

import java.time.Instant;

/**
 * One sign-in of one person.
 *
 * @param id the session's id (ULID), for records; not the secret
 * @param workspaceId the workspace signed in to
 * @param principal the person
 * @param expiresAt until when it counts
 */
public record Session(String id, String workspaceId, String principal, Instant expiresAt) {}
