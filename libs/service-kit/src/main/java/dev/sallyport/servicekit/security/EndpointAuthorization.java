package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.Caller;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.trust.SpiffeId;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

/** Admits a caller to the endpoint of the request when one of the alternatives that the endpoint names is met. */
final class EndpointAuthorization implements AuthorizationManager<RequestAuthorizationContext> {
    private static final AuthorizationResult GRANTED = new AuthorizationDecision(true);

    /** A refusal with what the caller is told. */
    record Refused(ProblemException problem) implements AuthorizationResult {
        @Override
        public boolean isGranted() {
            return false;
        }
    }

    @Override
    public AuthorizationResult authorize(
            Supplier<? extends @Nullable Authentication> authentication, RequestAuthorizationContext context) {
        Endpoint endpoint = Endpoint.of(context.getRequest());
        if (endpoint.rule().open()) {
            return GRANTED;
        }
        ProblemException problem = refusal(endpoint, CallerAuthentication.callerOf(authentication.get()));
        return problem == null ? GRANTED : new Refused(problem);
    }

    private static @Nullable ProblemException refusal(Endpoint endpoint, Caller caller) {
        AccessRule rule = endpoint.rule();
        SpiffeId certificate = caller.certificate();
        if (certificate != null && endpoint.admits(certificate)) {
            return null;
        }
        if (rule.permissions().isEmpty()) {
            return certificate == null
                    ? ProblemException.unauthenticated("This endpoint needs a client certificate of the fleet.")
                    : notFor(caller);
        }
        return switch (caller) {
            case Caller.Nobody _ -> ProblemException.unauthenticated("Send a token: Authorization: Bearer sp_….");
            case Caller.Workload _ -> notFor(caller);
            case Caller.Bearer(Principal principal, boolean _) -> missing(rule, principal);
            case Caller.CertificateOf(SpiffeId id, Principal principal) ->
                principal == null
                        ? ProblemException.forbidden("CERTIFICATE_NOT_BOUND", id + " is bound to no principal.")
                        : missing(rule, principal);
        };
    }

    private static ProblemException notFor(Caller caller) {
        return ProblemException.forbidden("CALLER_NOT_ADMITTED", "This endpoint is not for " + caller.actor() + ".");
    }

    private static @Nullable ProblemException missing(AccessRule rule, Principal principal) {
        if (rule.isMetBy(principal)) {
            return null;
        }
        for (Permission permission : rule.permissions()) {
            if (!principal.may(permission)) {
                if (principal.frozen()) {
                    return ProblemException.forbidden(
                            "FROZEN",
                            principal.name() + " is frozen and may only read. Somebody else with fleet.freeze, or the"
                                    + " owner's device, can lift that.");
                }
                return ProblemException.forbidden(
                        "PERMISSION_MISSING", principal.name() + " lacks the permission " + permission.code() + ".");
            }
        }
        return null;
    }
}
