package dev.sallyport.statements.predicate;

import dev.sallyport.statements.trust.SpiffeId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who said something, when, and where it counts.
 *
 * @param fleetId the fleet; a statement of another one is refused
 * @param workspaceId the workspace, absent for what concerns the fleet as a whole
 * @param by the signer; equal to the SPIFFE id of the signing certificate
 * @param at when, milliseconds; the signing certificate was valid then
 * @param traceparent W3C trace context, where the statement belongs to a trace
 */
public record Issuance(
        String fleetId,
        @Nullable String workspaceId,
        SpiffeId by,
        Instant at,
        @Nullable String traceparent) {}
