package dev.sallyport.policy.catalogue;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a tool's metadata from the JSON document that it is registered with. */
final class ToolDocument {
    private ToolDocument() {}

    /** Refuses a document without a usable name, or with a word that its vocabulary does not have. */
    static ToolMetadata read(ObjectNode document) {
        String name = document.path("name").asString();
        if (!ToolNames.isCanonical(name)) {
            throw new IllegalStateException(name + " is no name of a tool");
        }
        return new ToolMetadata(
                name,
                document.path("version").asString(),
                document.path("description").asString(),
                reach(document),
                input(document),
                placement(document),
                document,
                Digest.of(CanonicalJson.write(document)),
                null,
                null);
    }

    private static ToolMetadata.Reach reach(ObjectNode document) {
        JsonNode egress = document.path("egress");
        return new ToolMetadata.Reach(
                texts(document.path("capabilities")).stream()
                        .map(wire -> word(ToolCapability.class, wire))
                        .collect(Collectors.toUnmodifiableSet()),
                document.path("default_sensitive").asBoolean(),
                word(EgressEnforcementMode.class, egress.path("mode").asString()),
                Set.copyOf(texts(egress.path("hosts"))),
                secrets(document.path("secrets")));
    }

    /** A list of names; {@code true} for every secret. */
    private static Set<String> secrets(JsonNode secrets) {
        return secrets.isArray()
                ? Set.copyOf(texts(secrets))
                : secrets.asBoolean() ? Set.of(ToolMetadata.Reach.ANY_SECRET) : Set.of();
    }

    private static ToolMetadata.Input input(ObjectNode document) {
        JsonNode exposes = document.path("exposes");
        return new ToolMetadata.Input(
                (ObjectNode) document.path("input_schema"),
                document.path("max_input_bytes").asInt(),
                new ToolMetadata.Exposed(
                        text(exposes, "executable"),
                        texts(exposes.path("paths")),
                        text(exposes, "argv"),
                        text(exposes, "count"),
                        texts(exposes.path("urls"))));
    }

    private static ToolMetadata.Placement placement(ObjectNode document) {
        JsonNode limits = document.path("limits");
        return new ToolMetadata.Placement(
                word(RuntimeKind.class, document.path("runtime").asString()),
                Tier.valueOf(document.path("tier").asString()),
                document.path("pool").asString(),
                new Limits(
                        limits.path("wall_ms").asLong(),
                        limits.path("cpu_ms").asLong(),
                        limits.path("memory_bytes").asLong(),
                        limits.path("output_bytes").asLong(),
                        limits.path("processes").asInt(),
                        limits.path("open_files").asInt(),
                        limits.path("file_bytes").asLong(),
                        limits.path("workspace_bytes").asLong()));
    }

    private static <E extends Enum<E> & WireName> E word(Class<E> vocabulary, String wire) {
        return WireName.find(vocabulary, wire).orElseThrow(() -> unknown(vocabulary, wire));
    }

    private static NoSuchElementException unknown(Class<?> vocabulary, String wire) {
        return new NoSuchElementException(vocabulary.getSimpleName() + " has no " + wire);
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.has(field) ? node.path(field).asString() : null;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }
}
