package dev.sallyport.policy.access.web;

import dev.sallyport.policy.access.Grantor;
import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.SignInTokens;
import dev.sallyport.policy.access.Workspaces;
import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The first workspace and its owner, by the certificate that was made with the fleet. */
@RestController
class BootstrapController {
    private final Workspaces workspaces;
    private final SignInTokens signInTokens;

    BootstrapController(Workspaces workspaces, SignInTokens signInTokens) {
        this.workspaces = workspaces;
        this.signInTokens = signInTokens;
    }

    record BootstrapRequest(
            @Nullable String workspace, @Nullable String person) {}

    record Bootstrapped(String workspaceId, String principal, String signInToken) {}

    /**
     * Makes the first workspace and its owner, by the certificate of the owner's device.
     *
     * <p>A repeat changes nothing and answers a new sign-in token.
     */
    @PostMapping("/v1/bootstrap")
    @OwnerDevice
    Bootstrapped bootstrap(Caller caller, @RequestBody(required = false) @Nullable BootstrapRequest request) {
        if (!(caller instanceof Caller.CertificateOf device)) {
            throw ProblemException.forbidden(
                    "CERTIFICATE_NEEDED", "Call this with the certificate of the owner's device.");
        }
        String workspace = request == null || request.workspace() == null ? "default" : request.workspace();
        String person = request == null || request.person() == null ? "owner" : request.person();
        String actor = device.id().toString();
        Member owner = workspaces.bootstrap(device.id().name(), actor, workspace, person);
        SignInTokens.Issued issued =
                signInTokens.issue(Grantor.ownerDevice(actor, owner.workspaceId(), owner.roles()), owner.principal());
        return new Bootstrapped(owner.workspaceId(), owner.principal(), issued.signInToken());
    }
}
