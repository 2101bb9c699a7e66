package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.Grantor;
import dev.sallyport.servicekit.access.AccessProperties;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.trust.SpiffeId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the {@link Grantor} of a change of access from the caller of the request. */
@Component
class Grantors {
    private final AccessProperties properties;

    Grantors(AccessProperties properties) {
        this.properties = properties;
    }

    Grantor of(Caller caller) {
        Principal principal = caller.principalOrRefuse();
        boolean ownerDevice = caller instanceof Caller.CertificateOf holder
                && holder.id().kind() == SpiffeId.Kind.DEVICE
                && properties.ownerDevices().contains(holder.id().name());
        return new Grantor(
                principal.name(),
                principal.workspaceId(),
                principal.roles(),
                principal.permissions(),
                accountable(principal),
                shown(principal),
                ownerDevice,
                caller instanceof Caller.Bearer bearer && bearer.session());
    }

    /** Sessions and certificates say nothing that a token of the same person could outreach. */
    private static Grantor.@Nullable Shown shown(Principal principal) {
        String tokenId = principal.tokenId();
        Instant expiresAt = principal.expiresAt();
        return tokenId == null || expiresAt == null || principal.terms().requestsPerMinute() == 0
                ? null
                : new Grantor.Shown(tokenId, principal.channels(), principal.terms(), expiresAt);
    }

    private static String accountable(Principal principal) {
        return principal.name().startsWith("person:") || principal.accountable().isEmpty()
                ? principal.name()
                : principal.accountable().getFirst();
    }
}
