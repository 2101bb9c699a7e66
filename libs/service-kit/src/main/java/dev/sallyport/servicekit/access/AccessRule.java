package dev.sallyport.servicekit.access;

import java.lang.reflect.AnnotatedElement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/**
 * Whom a handler is for.
 *
 * @param open everybody
 * @param permissions principals with all of these; empty when principals are not admitted
 * @param services these services, all when empty, none when null
 * @param node executor nodes
 * @param ownerDevice the owner's devices
 * @param anyCertificate every certificate of the fleet
 */
record AccessRule(
        boolean open,
        Set<Permission> permissions,
        @Nullable Set<String> services,
        boolean node,
        boolean ownerDevice,
        boolean anyCertificate) {

    /** The rule of the method, else of its class; null when neither says anything. */
    static @Nullable AccessRule of(HandlerMethod handler) {
        AccessRule rule = read(handler.getMethod());
        return rule != null ? rule : read(handler.getBeanType());
    }

    private static @Nullable AccessRule read(AnnotatedElement element) {
        Requires requires = find(element, Requires.class);
        FleetOnly fleet = find(element, FleetOnly.class);
        boolean open = has(element, OpenEndpoint.class);
        boolean node = has(element, NodeOnly.class);
        boolean owner = has(element, OwnerDevice.class);
        boolean any = has(element, AnyCertificate.class);
        if (requires == null && fleet == null && !open && !node && !owner && !any) {
            return null;
        }
        if (requires != null && requires.value().length == 0) {
            return null;
        }
        if (open && (requires != null || fleet != null || node || owner || any)) {
            return null;
        }
        return new AccessRule(
                open,
                requires == null ? Set.of() : Set.of(requires.value()),
                fleet == null ? null : Set.of(fleet.value()),
                node,
                owner,
                any);
    }

    private static <A extends java.lang.annotation.Annotation> @Nullable A find(
            AnnotatedElement element, Class<A> type) {
        return AnnotatedElementUtils.findMergedAnnotation(element, type);
    }

    private static boolean has(AnnotatedElement element, Class<? extends java.lang.annotation.Annotation> type) {
        return AnnotatedElementUtils.hasAnnotation(element, type);
    }
}
