package dev.sallyport.servicekit.security;

import dev.sallyport.servicekit.access.AnyCertificate;
import dev.sallyport.servicekit.access.FleetOnly;
import dev.sallyport.servicekit.access.InfrastructureOnly;
import dev.sallyport.servicekit.access.NodeOnly;
import dev.sallyport.servicekit.access.OpenEndpoint;
import dev.sallyport.servicekit.access.OwnerDevice;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.Requires;
import dev.sallyport.statements.trust.SpiffeId;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/**
 * Whom a handler is for.
 *
 * @param open everybody
 * @param permissions principals with all of these; empty when principals are not admitted
 * @param instead principals with all of these as well; empty when there is no alternative
 * @param services these services, all when empty, none when null
 * @param node executor nodes
 * @param ownerDevice the owner's devices
 * @param anyCertificate every certificate of the fleet
 * @param infrastructure these parts of the fleet that are not services, such as what collects metrics; all when empty,
 *     none when null
 */
record AccessRule(
        boolean open,
        Set<Permission> permissions,
        Set<Permission> instead,
        @Nullable Set<String> services,
        boolean node,
        boolean ownerDevice,
        boolean anyCertificate,
        @Nullable Set<String> infrastructure) {
    /** For nobody: the handler does not say whom it is for. */
    static final AccessRule NOBODY = new AccessRule(false, Set.of(), Set.of(), null, false, false, false, null);

    /** For whoever can connect. */
    static final AccessRule OPEN = new AccessRule(true, Set.of(), Set.of(), null, false, false, false, null);

    /** Metrics and the details of health tell of the inside: for the fleet and its owner, not for agents or nodes. */
    static final AccessRule INSIGHT = new AccessRule(false, Set.of(), Set.of(), Set.of(), false, true, false, Set.of());

    /** The rule of the method, else of its class; null when neither says anything. */
    static @Nullable AccessRule of(HandlerMethod handler) {
        AccessRule rule = read(handler.getMethod());
        return rule != null ? rule : read(handler.getBeanType());
    }

    private static @Nullable AccessRule read(AnnotatedElement element) {
        Requires requires = find(element, Requires.class);
        FleetOnly fleet = find(element, FleetOnly.class);
        InfrastructureOnly machines = find(element, InfrastructureOnly.class);
        boolean open = has(element, OpenEndpoint.class);
        boolean node = has(element, NodeOnly.class);
        boolean owner = has(element, OwnerDevice.class);
        boolean any = has(element, AnyCertificate.class);
        if (requires == null && fleet == null && machines == null && !open && !node && !owner && !any) {
            return null;
        }
        if (requires != null && requires.value().length == 0) {
            return null;
        }
        if (machines != null && machines.value().length == 0) {
            return null;
        }
        if (open && (requires != null || fleet != null || machines != null || node || owner || any)) {
            return null;
        }
        return new AccessRule(
                open,
                requires == null ? Set.of() : Set.of(requires.value()),
                requires == null ? Set.of() : Set.of(requires.or()),
                fleet == null ? null : Set.of(fleet.value()),
                node,
                owner,
                any,
                machines == null ? null : Set.of(machines.value()));
    }

    /** Whether the principal has the permissions that this handler is for. */
    boolean isMetBy(Principal principal) {
        return permissions.stream().allMatch(principal::may)
                || (!instead.isEmpty() && instead.stream().allMatch(principal::may));
    }

    /** Whether the holder of this certificate is admitted by it alone. */
    boolean admits(SpiffeId certificate, Set<String> ownerDevices) {
        return anyCertificate
                || switch (certificate.kind()) {
                    case SERVICE -> names(services, certificate);
                    case EXECUTOR -> node;
                    case DEVICE -> ownerDevice && ownerDevices.contains(certificate.name());
                    case INFRA -> names(infrastructure, certificate);
                    case AGENT -> false;
                };
    }

    private static boolean names(@Nullable Set<String> admitted, SpiffeId certificate) {
        return admitted != null && (admitted.isEmpty() || admitted.contains(certificate.name()));
    }

    /** Who is admitted, in words; the alternatives with "or" between. */
    String inWords() {
        if (open) {
            return "everybody who can connect";
        }
        List<String> who = new ArrayList<>();
        if (!permissions.isEmpty()) {
            who.add(inWords(permissions));
        }
        if (!instead.isEmpty()) {
            who.add(inWords(instead));
        }
        if (services != null) {
            who.add(
                    services.isEmpty()
                            ? "any service"
                            : services.stream().sorted().collect(Collectors.joining(" or ")));
        }
        if (node) {
            who.add("any node");
        }
        if (infrastructure != null) {
            who.add(
                    infrastructure.isEmpty()
                            ? "infrastructure"
                            : infrastructure.stream()
                                    .sorted()
                                    .map(name -> "infrastructure/" + name)
                                    .collect(Collectors.joining(" or ")));
        }
        if (ownerDevice) {
            who.add("the owner's device");
        }
        if (anyCertificate) {
            who.add("any certificate of the fleet");
        }
        return String.join(" or ", who);
    }

    private static String inWords(Set<Permission> all) {
        return all.stream().map(Permission::code).sorted().collect(Collectors.joining(" and "));
    }

    private static <A extends java.lang.annotation.Annotation> @Nullable A find(
            AnnotatedElement element, Class<A> type) {
        return AnnotatedElementUtils.findMergedAnnotation(element, type);
    }

    private static boolean has(AnnotatedElement element, Class<? extends java.lang.annotation.Annotation> type) {
        return AnnotatedElementUtils.hasAnnotation(element, type);
    }
}
