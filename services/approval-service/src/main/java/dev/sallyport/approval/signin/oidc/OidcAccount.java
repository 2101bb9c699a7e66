package dev.sallyport.approval.signin.oidc;

import java.time.Instant;

/**
 * An account at the provider that signs one person in.
 *
 * @param id ULID, for records
 * @param issuer the provider
 * @param workspaceId the workspace that it signs in to
 * @param principal the person
 * @param name what the provider called it when it was connected; decides nothing
 * @param connectedAt when
 */
public record OidcAccount(
        String id, String issuer, String workspaceId, String principal, String name, Instant connectedAt) {}
