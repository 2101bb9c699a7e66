package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.outside.OutsideRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a test asks in the name of an application outside the fleet. Properties are written as policies see them:
 * {@code status=archived}.
 *
 * @param subject type, colon and id: {@code user:alice}
 * @param subjectProperties left out: none
 * @param action the application's name of it, such as {@code read}
 * @param actionProperties left out: none
 * @param resource type, colon and id: {@code record:record-1}
 * @param resourceProperties left out: none
 * @param contextProperties left out: none
 */
record OutsideQuestion(
        String subject,
        @Nullable Set<String> subjectProperties,
        String action,
        @Nullable Set<String> actionProperties,
        String resource,
        @Nullable Set<String> resourceProperties,
        @Nullable Set<String> contextProperties) {
    /** What is missing; empty when it can be asked. */
    Optional<String> complaint() {
        if (action == null) {
            return Optional.of("name the `outside.action`");
        }
        return isParty(subject) && isParty(resource)
                ? Optional.empty()
                : Optional.of("write `outside.subject` and `outside.resource` as type:id, such as user:alice");
    }

    OutsideRequest by(String asker, String workspace) {
        return new OutsideRequest(
                workspace,
                asker,
                party(subject, subjectProperties),
                action,
                orNone(actionProperties),
                party(resource, resourceProperties),
                orNone(contextProperties));
    }

    private static boolean isParty(@Nullable String text) {
        return text != null && text.indexOf(':') > 0;
    }

    private static OutsideRequest.Party party(String text, @Nullable Set<String> properties) {
        int colon = text.indexOf(':');
        return new OutsideRequest.Party(text.substring(0, colon), text.substring(colon + 1), orNone(properties));
    }

    private static Set<String> orNone(@Nullable Set<String> set) {
        return Objects.requireNonNullElse(set, Set.of());
    }
}
