package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.Grantor;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Principal;

/** The caller as one who gives access away. */
final class Grantors {
    private Grantors() {}

    static Grantor of(Caller caller) {
        Principal principal = caller.principalOrRefuse();
        return new Grantor(principal.name(), principal.workspaceId(), principal.roles(), principal.permissions());
    }
}
