package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.AccessProperties;
import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.connector.RequestGuard;
import dev.sallyport.servicekit.problem.ProblemException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.webmvc.actuate.endpoint.web.AbstractWebMvcEndpointHandlerMapping;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Finds the endpoint of a request, before anybody is admitted to it, and hands the same handler to the dispatcher
 * afterwards. So access is decided on the handler that runs and not on a path: no spelling of a path leads round it.
 */
final class Endpoints implements HandlerMapping, Ordered {
    private static final Logger log = LoggerFactory.getLogger(Endpoints.class);

    private final Supplier<List<HandlerMapping>> mappings;
    private final Set<String> ownerDevices;

    Endpoints(ObjectProvider<HandlerMapping> mappings, AccessProperties properties) {
        this.mappings = SingletonSupplier.of(() ->
                mappings.orderedStream().filter(mapping -> mapping != this).toList());
        this.ownerDevices = properties.ownerDevices();
    }

    /**
     * The endpoint of this request.
     *
     * @throws ProblemException 404 when nothing is served there on this connector, 403 when the handler names no rule
     * @throws Exception as the mappings throw it, for example for a method that is not supported
     */
    Endpoint find(HttpServletRequest request) throws Exception {
        if (!ServletRequestPathUtils.hasParsedRequestPath(request)) {
            ServletRequestPathUtils.parseAndCache(request);
        }
        for (HandlerMapping mapping : mappings.get()) {
            HandlerExecutionChain handler = mapping.getHandler(request);
            if (handler != null) {
                return endpoint(request, mapping, handler);
            }
        }
        throw nothingHere();
    }

    private Endpoint endpoint(HttpServletRequest request, HandlerMapping mapping, HandlerExecutionChain handler) {
        if (!(handler.getHandler() instanceof HandlerMethod method)) {
            throw nothingHere();
        }
        Endpoint endpoint;
        if (!(mapping instanceof AbstractWebMvcEndpointHandlerMapping)) {
            String pattern = String.valueOf(request.getAttribute(BEST_MATCHING_PATTERN_ATTRIBUTE));
            AccessRule rule = AccessRule.of(method);
            endpoint = new Endpoint(
                    handler,
                    rule == null ? AccessRule.NOBODY : rule,
                    EndpointConnectors.of(pattern, method),
                    ownerDevices);
        } else if (RequestGuard.OPEN_HEALTH.contains(request.getRequestURI())) {
            endpoint = new Endpoint(handler, AccessRule.OPEN, EnumSet.allOf(ConnectorKind.class), ownerDevices);
        } else {
            endpoint = new Endpoint(handler, AccessRule.INSIGHT, EnumSet.of(ConnectorKind.INTERNAL), ownerDevices);
        }
        // Whoever answers a refusal asks for the endpoint, for it may be a page that is refused.
        endpoint.keepIn(request);
        if (!endpoint.doors().contains(ConnectorKind.of(request))) {
            throw nothingHere();
        }
        if (endpoint.rule().equals(AccessRule.NOBODY) && request.getMethod().equals("OPTIONS")) {
            // Spring answers it for every path, which nobody has declared and nobody needs.
            throw new ProblemException(
                    HttpStatus.METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "OPTIONS is not served at this address.");
        }
        if (endpoint.rule().equals(AccessRule.NOBODY)) {
            log.error("{} names no permission and is refused", method);
            throw ProblemException.forbidden("ENDPOINT_NOT_DECLARED", "This endpoint admits nobody.");
        }
        return endpoint;
    }

    private static ProblemException nothingHere() {
        return ProblemException.notFound("Nothing is served at this address. Check the path.");
    }

    /** For the dispatcher: the handler that the request was admitted to; null while an error is dispatched. */
    @Override
    public @Nullable HandlerExecutionChain getHandler(HttpServletRequest request) {
        Endpoint admitted = request.getDispatcherType() == DispatcherType.REQUEST ? Endpoint.find(request) : null;
        return admitted == null ? null : admitted.handler();
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
