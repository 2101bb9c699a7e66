package dev.sallyport.e2e.harness;

import java.util.Arrays;
import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Test classes that start a fleet of their own run first, those that share one after them: the shared fleet lives until
 * the last of these, and two fleets at a time are more than a small machine carries well. By name within both.
 */
public final class OwnFleetsFirst implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.comparing(OwnFleetsFirst::shares)
                        .thenComparing(descriptor -> descriptor.getTestClass().getName()));
    }

    private static boolean shares(ClassDescriptor descriptor) {
        return descriptor.findRepeatableAnnotations(ExtendWith.class).stream()
                .flatMap(extension -> Arrays.stream(extension.value()))
                .anyMatch(SharedFleet.class::equals);
    }
}
