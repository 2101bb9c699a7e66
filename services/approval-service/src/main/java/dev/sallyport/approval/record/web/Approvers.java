package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.answer.Credential.Authenticator;
import dev.sallyport.approval.record.answer.Credential.Method;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Principal;

/** The caller of a request as an approver. */
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
            case Caller.Workload _ -> throw new IllegalStateException("a workload has no principal");
            case Caller.Nobody _ -> throw new IllegalStateException("nobody has no principal");
        };
    }

    private static Approver approver(Principal principal, Authenticator authenticator, String id, Method method) {
        return new Approver(
                principal.workspaceId(),
                principal.name(),
                principal.kind() == Principal.Kind.PERSON,
                principal.roles().stream().sorted().toList(),
                new Credential(authenticator, id, method));
    }
}
