package dev.sallyport.identity;

import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A workload's id and the keys that prove it, as loaded from its identity directory.
 *
 * @param id its SPIFFE id, the same in both certificates
 * @param tls key and certificate for TLS, P-256
 * @param signingOrNull key and certificate for statements, Ed25519; null for parts that sign none (infrastructure,
 *     devices, agents)
 * @param trust the roots that it trusts
 */
public record WorkloadIdentity(
        SpiffeId id, Credential tls, @Nullable Credential signingOrNull, TrustRoots trust) {
    /** Key and certificate for statements, empty for parts that sign none. */
    public Optional<Credential> signing() {
        return Optional.ofNullable(signingOrNull);
    }
}
