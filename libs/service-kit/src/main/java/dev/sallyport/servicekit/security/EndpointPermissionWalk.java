package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.connector.RequestGuard;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.actuate.endpoint.web.AbstractWebMvcEndpointHandlerMapping;
import org.springframework.context.ApplicationContext;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Walks everything that a running service answers with, whoever mapped it: controllers, the actuator, static files,
 * functional routes, further servlets. What does not say whom it admits is found.
 */
public final class EndpointPermissionWalk {
    /** The mapping of the controllers. */
    private static final String GUARDED = "requestMappingHandlerMapping";

    private static final String DISPATCHER = "dispatcherServlet";

    private EndpointPermissionWalk() {}

    /**
     * One endpoint.
     *
     * @param method the HTTP method, {@code ANY} for all
     * @param path the pattern
     * @param doors the connectors it is on
     * @param who whom it admits, in words; null when it does not say
     */
    public record Endpoint(
            String method,
            String path,
            Set<ConnectorKind> doors,
            @Nullable String who) {
        /** Copies the doors. */
        public Endpoint {
            doors = Set.copyOf(doors);
        }
    }

    /** What has no valid rule, as {@code <mapping> -> <handler>}. */
    public static List<String> undeclared(ApplicationContext context) {
        List<String> found = new ArrayList<>();
        mappings(context).forEach((name, mapping) -> {
            switch (mapping) {
                case AbstractWebMvcEndpointHandlerMapping _ -> {}
                // It hands out what the other mappings have found.
                case Endpoints _ -> {}
                case RequestMappingHandlerMapping controllers ->
                    controllers.getHandlerMethods().forEach((pattern, method) -> {
                        if (AccessRule.of(method) == null || !name.equals(GUARDED)) {
                            found.add(pattern + " -> " + method);
                        }
                    });
                case AbstractUrlHandlerMapping urls -> {
                    urls.getHandlerMap().forEach((pattern, handler) -> found.add(pattern + " -> " + handler));
                    if (urls.getRootHandler() != null) {
                        found.add("/ of " + name + " -> " + urls.getRootHandler());
                    }
                    if (urls.getDefaultHandler() != null) {
                        found.add("the rest of " + name + " -> " + urls.getDefaultHandler());
                    }
                }
                case RouterFunctionMapping routes -> {
                    if (routes.getRouterFunction() != null) {
                        found.add(name + " -> " + routes.getRouterFunction());
                    }
                }
                default -> found.add(name + " -> " + mapping);
            }
        });
        found.addAll(servlets(context));
        return found;
    }

    /** The handlers of all controllers walked, so that a test can see that the walk saw its service's. */
    public static List<HandlerMethod> endpoints(ApplicationContext context) {
        return mappings(context).values().stream()
                .filter(RequestMappingHandlerMapping.class::isInstance)
                .map(RequestMappingHandlerMapping.class::cast)
                .flatMap(mapping -> mapping.getHandlerMethods().values().stream())
                .toList();
    }

    /** All endpoints with whom they admit, by path and method. */
    public static List<Endpoint> table(ApplicationContext context) {
        List<Endpoint> rows = new ArrayList<>();
        for (HandlerMapping mapping : mappings(context).values()) {
            switch (mapping) {
                case AbstractWebMvcEndpointHandlerMapping actuator -> {
                    actuator.getHandlerMethods()
                            .forEach((info, method) -> rows(info)
                                    .forEach(row -> rows.add(new Endpoint(
                                            row.method(),
                                            row.path(),
                                            Set.of(ConnectorKind.INTERNAL),
                                            AccessRule.INSIGHT.inWords()))));
                    RequestGuard.OPEN_HEALTH.forEach(path -> rows.add(
                            new Endpoint("GET", path, EnumSet.allOf(ConnectorKind.class), AccessRule.OPEN.inWords())));
                }
                case RequestMappingHandlerMapping controllers ->
                    controllers.getHandlerMethods().forEach((info, method) -> {
                        AccessRule rule = AccessRule.of(method);
                        rows(info)
                                .forEach(row -> rows.add(new Endpoint(
                                        row.method(),
                                        row.path(),
                                        EndpointConnectors.of(row.path(), method),
                                        rule == null ? null : rule.inWords())));
                    });
                default -> {}
            }
        }
        return rows.stream()
                .distinct()
                .sorted(Comparator.comparing(Endpoint::path).thenComparing(Endpoint::method))
                .toList();
    }

    /** Throws {@link AssertionError} naming every undeclared endpoint, or when there is no endpoint at all. */
    public static void verify(ApplicationContext context) {
        if (endpoints(context).isEmpty()) {
            throw new AssertionError("no endpoint was found to walk");
        }
        List<String> undeclared = undeclared(context);
        if (!undeclared.isEmpty()) {
            throw new AssertionError(
                    "endpoints need one or more of @Requires, @FleetOnly, @NodeOnly, @InfrastructureOnly, @OwnerDevice, @AnyCertificate, or"
                            + " @OpenEndpoint alone:\n"
                            + String.join("\n", undeclared));
        }
    }

    private record Row(String method, String path) {}

    private static List<Row> rows(RequestMappingInfo info) {
        Set<String> methods =
                info.getMethodsCondition().getMethods().stream().map(Enum::name).collect(Collectors.toSet());
        return info.getPatternValues().stream()
                .flatMap(path ->
                        (methods.isEmpty() ? Set.of("ANY") : methods).stream().map(method -> new Row(method, path)))
                .toList();
    }

    /** What another servlet would answer has no endpoint, so that it is refused; nobody meant it so. */
    private static List<String> servlets(ApplicationContext context) {
        ServletContext servlets = context instanceof WebApplicationContext web ? web.getServletContext() : null;
        if (servlets == null) {
            return List.of();
        }
        return servlets.getServletRegistrations().entrySet().stream()
                .filter(servlet -> !servlet.getKey().equals(DISPATCHER))
                .map(servlet -> servlet.getValue().getMappings() + " -> servlet " + servlet.getKey())
                .toList();
    }

    private static Map<String, HandlerMapping> mappings(ApplicationContext context) {
        return context.getBeansOfType(HandlerMapping.class);
    }
}
