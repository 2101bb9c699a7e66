package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.Approver;
import dev.sallyport.approval.record.Approver.Authenticator;
import dev.sallyport.approval.record.Approver.Method;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Principal;

/** Who a request's caller is as an approver. */
public final class Approvers {

    private Approvers() {}

    /** The approver behind this caller; a 401 problem if nobody is behind it. */
    public static Approver of(Caller caller, Method method) {
        Principal principal = caller.principalOrRefuse();
        return switch (caller) {
            case Caller.Bearer(Principal bearer, boolean session) ->
                approver(
                        principal,
                        session ? Authenticator.SESSION : Authenticator.TOKEN,
                        bearer.tokenId() == null ? "unknown" : bearer.tokenId(),
                        method);
            case Caller.CertificateOf device ->
                approver(
                        principal, Authenticator.DEVICE_CERTIFICATE, device.id().toString(), method);
            case Caller.Workload workload -> throw new IllegalStateException("a workload has no principal");
            case Caller.Nobody nobody -> throw new IllegalStateException("nobody has no principal");
        };
    }

    private static Approver approver(Principal principal, Authenticator authenticator, String id, Method method) {
        return new Approver(
                principal.workspaceId(),
                principal.name(),
                principal.kind() == Principal.Kind.PERSON,
                principal.roles().stream().sorted().toList(),
                authenticator,
                id,
                method);
    }
}
