package dev.sallyport.servicekit.access;

import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Walks all endpoints of a running service and finds those that admit nobody because they do not say whom. */
public final class EndpointPermissionWalk {
    private EndpointPermissionWalk() {}

    /** The endpoints without a valid access annotation, as {@code <mapping> -> <method>}. */
    public static List<String> undeclared(ApplicationContext context) {
        List<String> found = new ArrayList<>();
        for (RequestMappingHandlerMapping mapping : mappings(context)) {
            mapping.getHandlerMethods().forEach((pattern, method) -> {
                if (AccessRule.of(method) == null) {
                    found.add(pattern + " -> " + method);
                }
            });
        }
        return found;
    }

    /** All endpoints walked, so that a test can see that the walk saw its service's. */
    public static List<HandlerMethod> endpoints(ApplicationContext context) {
        return mappings(context).stream()
                .flatMap(mapping -> mapping.getHandlerMethods().values().stream())
                .toList();
    }

    /** Throws {@link AssertionError} naming every undeclared endpoint, or when there is no endpoint at all. */
    public static void verify(ApplicationContext context) {
        if (endpoints(context).isEmpty()) {
            throw new AssertionError("no endpoint was found to walk");
        }
        List<String> undeclared = undeclared(context);
        if (!undeclared.isEmpty()) {
            throw new AssertionError("endpoints need exactly one rule of " + AccessInterceptor.names() + ":\n"
                    + String.join("\n", undeclared));
        }
    }

    private static List<RequestMappingHandlerMapping> mappings(ApplicationContext context) {
        return List.copyOf(
                context.getBeansOfType(RequestMappingHandlerMapping.class).values());
    }
}
