package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.InfrastructureOnly;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.connector.ConnectorKind;
import java.lang.annotation.Annotation;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/** Through which connectors an endpoint is reached: it follows from the pattern under which it is mapped. */
final class EndpointConnectors {
    private EndpointConnectors() {}

    /** {@code /internal/**} inside, the APIs on both, anything else is a page: outside. */
    static Set<ConnectorKind> of(String pattern, HandlerMethod method) {
        if (pattern.startsWith("/internal/")) {
            return EnumSet.of(ConnectorKind.INTERNAL);
        }
        if (pattern.startsWith("/v1/") || pattern.startsWith("/access/v1/") || isInternalToo(method)) {
            return EnumSet.allOf(ConnectorKind.class);
        }
        return EnumSet.of(ConnectorKind.PUBLIC);
    }

    private static boolean isInternalToo(HandlerMethod method) {
        OpenEndpoint open = find(method, OpenEndpoint.class);
        InfrastructureOnly machines = find(method, InfrastructureOnly.class);
        return (open != null && open.internalToo()) || (machines != null && machines.internalToo());
    }

    /** The annotation of the method, else of its class. */
    private static <A extends Annotation> @Nullable A find(HandlerMethod method, Class<A> type) {
        A onMethod = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), type);
        return onMethod != null ? onMethod : AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), type);
    }
}
