package dev.sallyport.servicekit.access;

import dev.sallyport.servicekit.connector.Door;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.trust.SpiffeId;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Admits a request only when its handler says whom it is for and the caller is such a one. A handler that says nothing
 * is refused. It decides on the handler that was found, not on the path, so that no spelling of a path leads round it.
 */
final class AccessInterceptor implements HandlerInterceptor {
    private static final Logger log = LoggerFactory.getLogger(AccessInterceptor.class);

    private final CallerResolver callers;
    private final Set<String> ownerDevices;

    AccessInterceptor(CallerResolver callers, AccessProperties properties) {
        this.callers = callers;
        this.ownerDevices = properties.ownerDevices();
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getDispatcherType() != DispatcherType.REQUEST) {
            return true;
        }
        if (!(handler instanceof HandlerMethod method)) {
            throw ProblemException.notFound("nothing is served here");
        }
        checkDoor(request, method);
        AccessRule rule = AccessRule.of(method);
        if (rule == null) {
            log.error("{} names no permission and is refused", method);
            throw ProblemException.forbidden("ENDPOINT_NOT_DECLARED", "this endpoint admits nobody");
        }
        CallerArgument.set(request, admit(request, rule));
        return true;
    }

    private static void checkDoor(HttpServletRequest request, HandlerMethod method) {
        String pattern = String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
        if (!Doors.of(pattern, method).contains(Door.of(request))) {
            throw ProblemException.notFound("nothing is served here");
        }
    }

    Caller admit(HttpServletRequest request, AccessRule rule) {
        if (rule.open()) {
            return new Caller.Nobody();
        }
        SpiffeId id = callers.certificate(request, rule.ownerDevice());
        if (id != null && admitsCertificate(rule, id)) {
            return switch (id.kind()) {
                case SERVICE, EXECUTOR, INFRA -> new Caller.Workload(id);
                case DEVICE, AGENT -> new Caller.CertificateOf(id, boundIfKnown(id));
            };
        }
        if (rule.permissions().isEmpty()) {
            if (id == null) {
                throw ProblemException.unauthenticated("this endpoint needs a client certificate of the fleet");
            }
            throw ProblemException.forbidden("CALLER_NOT_ADMITTED", "this endpoint is not for " + id);
        }
        Caller caller = principal(request, id);
        Principal principal = caller.principalOrRefuse();
        for (Permission permission : rule.permissions()) {
            if (!principal.may(permission)) {
                throw ProblemException.forbidden(
                        "PERMISSION_MISSING", principal.name() + " lacks the permission " + permission.code());
            }
        }
        return caller;
    }

    private boolean admitsCertificate(AccessRule rule, SpiffeId id) {
        return switch (id.kind()) {
            case SERVICE ->
                rule.anyCertificate()
                        || (rule.services() != null
                                && (rule.services().isEmpty() || rule.services().contains(id.name())));
            case EXECUTOR -> rule.anyCertificate() || rule.node();
            case DEVICE -> rule.anyCertificate() || (rule.ownerDevice() && ownerDevices.contains(id.name()));
            case INFRA -> rule.anyCertificate() || rule.infrastructure();
            case AGENT -> rule.anyCertificate();
        };
    }

    private Caller principal(HttpServletRequest request, @Nullable SpiffeId id) {
        Caller.Bearer bearer = callers.bearer(request);
        if (bearer != null) {
            return bearer;
        }
        if (id == null) {
            throw ProblemException.unauthenticated("send a token: Authorization: Bearer sp_…");
        }
        return switch (id.kind()) {
            case DEVICE, AGENT ->
                new Caller.CertificateOf(
                        id,
                        callers.boundTo(id)
                                .orElseThrow(() -> ProblemException.forbidden(
                                        "CERTIFICATE_NOT_BOUND", id + " is bound to no principal")));
            case SERVICE, EXECUTOR, INFRA ->
                throw ProblemException.forbidden("CALLER_NOT_ADMITTED", "this endpoint is not for " + id);
        };
    }

    /** An endpoint that admits a certificate alone works without policy-service; it only learns less. */
    private @Nullable Principal boundIfKnown(SpiffeId id) {
        try {
            return callers.boundTo(id).orElse(null);
        } catch (IntrospectionUnavailableException e) {
            log.warn("{} is admitted by its certificate alone: {}", id, e.getMessage());
            return null;
        }
    }

    /** The annotation names, for messages. */
    static String names() {
        return String.join(
                ", ",
                Arrays.asList(
                        "@Requires", "@FleetOnly", "@NodeOnly", "@OwnerDevice", "@AnyCertificate", "@OpenEndpoint"));
    }
}
