package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.Grantor;
import dev.sallyport.servicekit.access.AccessProperties;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.trust.SpiffeId;
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
                principal.terms().certificate(),
                ownerDevice);
    }

    private static String accountable(Principal principal) {
        return principal.name().startsWith("person:") || principal.accountable().isEmpty()
                ? principal.name()
                : principal.accountable().getFirst();
    }
}
