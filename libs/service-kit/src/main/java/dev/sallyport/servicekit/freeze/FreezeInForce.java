package dev.sallyport.servicekit.freeze;

import dev.sallyport.statements.Freeze.Scope;
import java.time.Instant;

/**
 * A freeze in force, as it is stored.
 *
 * @param scope how much it covers
 * @param workspaceId ULID of the workspace; empty for the fleet
 * @param id the principal, {@code <principal>/<session>} or {@code <principal>/<run>}; empty for fleet and workspace
 * @param reason why, in the words of whoever froze; may be empty
 * @param actor who froze: a principal or a SPIFFE id; empty for a freeze that an earlier version stored without it
 * @param since since when, by the database's clock
 */
public record FreezeInForce(Scope scope, String workspaceId, String id, String reason, String actor, Instant since) {}
