package dev.sallyport.policy.catalogue.web;

import dev.sallyport.policy.catalogue.own.OwnTool;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A version of an own tool on the wire.
 *
 * @param digest SHA-256 of the document in canonical JSON, as statements name it
 * @param document the tool as it was registered
 */
record OwnToolView(
        String name,
        String version,
        String digest,
        String state,
        boolean sensitive,
        String registeredBy,
        Instant registeredAt,
        @Nullable Instant expiresAt,
        @Nullable String decidedBy,
        @Nullable String retiredBy,
        ObjectNode document) {
    static OwnToolView of(OwnTool tool) {
        return new OwnToolView(
                tool.metadata().name(),
                tool.metadata().version(),
                tool.metadata().digest().hex(),
                tool.state().name().toLowerCase(Locale.ROOT),
                tool.metadata().sensitive(),
                tool.proposers().getFirst(),
                tool.registeredAt(),
                tool.expiresAt(),
                tool.decidedBy(),
                tool.retiredBy(),
                tool.metadata().document());
    }
}
