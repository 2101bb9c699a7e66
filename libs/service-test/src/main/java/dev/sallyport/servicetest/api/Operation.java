package dev.sallyport.servicetest.api;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.security.EndpointPermissionWalk;
import dev.sallyport.servicekit.security.EndpointPermissionWalk.Endpoint;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * One operation of the interface for programs. Pages, which are on the public connector alone, are none.
 *
 * @param method the HTTP method
 * @param pattern the path as it is mapped
 * @param mapping what it takes and answers
 * @param handler what answers
 * @param connectors where it is
 * @param who whom it admits, in words
 */
record Operation(
        String method,
        String pattern,
        RequestMappingInfo mapping,
        HandlerMethod handler,
        Set<ConnectorKind> connectors,
        String who) {
    /** Copies the connectors. */
    Operation {
        connectors = Set.copyOf(connectors);
    }

    /** All of a running service, by path and method. */
    static List<Operation> of(ApplicationContext context) {
        Map<String, Endpoint> endpoints = EndpointPermissionWalk.table(context).stream()
                .collect(Collectors.toMap(
                        endpoint -> endpoint.method() + " " + endpoint.path(), Function.identity(), (a, _) -> a));
        return context
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .entrySet()
                .stream()
                .flatMap(entry -> of(entry.getKey(), entry.getValue(), endpoints))
                .sorted(Comparator.comparing(Operation::path)
                        .thenComparing(Operation::method)
                        .thenComparing(Operation::id))
                .toList();
    }

    private static Stream<Operation> of(
            RequestMappingInfo mapping, HandlerMethod handler, Map<String, Endpoint> endpoints) {
        return mapping.getPatternValues().stream()
                .flatMap(pattern -> mapping.getMethodsCondition().getMethods().stream()
                        .map(method -> endpoints.get(method.name() + " " + pattern)))
                .filter(endpoint -> !endpoint.doors().equals(EnumSet.of(ConnectorKind.PUBLIC)))
                .map(endpoint -> new Operation(
                        endpoint.method(),
                        endpoint.path(),
                        mapping,
                        handler,
                        endpoint.doors(),
                        String.valueOf(endpoint.who())));
    }

    /** How the notes name it. */
    String name() {
        return method + " " + path();
    }

    /** The path as OpenAPI writes it. */
    String path() {
        return pattern.replace("{*", "{");
    }

    /** Whether this variable of the path takes all that is left of it. */
    boolean takesRest(String variable) {
        return pattern.contains("{*" + variable + "}");
    }

    /** The group that it is listed in: its controller. */
    String group() {
        return handler.getBeanType().getSimpleName().replaceAll("Controller$", "");
    }

    /** Its id, unique in the document. */
    String id() {
        String name = handler.getMethod().getName();
        return group().substring(0, 1).toLowerCase(Locale.ROOT)
                + group().substring(1)
                + name.substring(0, 1).toUpperCase(Locale.ROOT)
                + name.substring(1);
    }

    boolean open() {
        return who.equals("everybody who can connect");
    }

    /** The permissions that admit a principal, in the form of the wire; empty where principals are not admitted. */
    List<String> permissions() {
        Requires requires = requires();
        return requires == null ? List.of() : codes(requires.value());
    }

    /** The permissions that admit a principal as well, in the form of the wire; empty where there are none. */
    List<String> permissionsInstead() {
        Requires requires = requires();
        return requires == null ? List.of() : codes(requires.or());
    }

    private static List<String> codes(Permission[] permissions) {
        return Stream.of(permissions).map(Permission::code).sorted().toList();
    }

    private @Nullable Requires requires() {
        Requires requires = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Requires.class);
        if (requires == null && ruleStandsAtTheClass()) {
            requires = AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), Requires.class);
        }
        return requires;
    }

    /** The rule of a method replaces that of its class. */
    private boolean ruleStandsAtTheClass() {
        return Stream.of(handler.getMethod().getAnnotations())
                .noneMatch(
                        annotation -> annotation.annotationType().getPackage().equals(Requires.class.getPackage()));
    }

    /** Whether a certificate admits by itself. */
    boolean admitsCertificates() {
        String principals = Stream.of(permissions(), permissionsInstead())
                .filter(permissions -> !permissions.isEmpty())
                .map(permissions -> String.join(" and ", permissions))
                .collect(Collectors.joining(" or "));
        return !open() && !who.equals(principals);
    }
}
