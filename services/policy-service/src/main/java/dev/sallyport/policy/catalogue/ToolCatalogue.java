package dev.sallyport.policy.catalogue;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.EgressEnforcementMode;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.RuntimeKind;
import dev.sallyport.statements.predicate.Tier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The tools that exist, by canonical name. */
@Component
public class ToolCatalogue {
    private static final List<String> BUILT_IN =
            List.of("echo", "fs.list", "fs.read", "fs.write", "process.run", "sleep");

    private final Map<String, ToolMetadata> tools = new TreeMap<>();

    /** The built-in tools. */
    public ToolCatalogue() {
        BUILT_IN.forEach(name -> tools.put(name, read(name)));
    }

    /** The newest version of a tool; empty for an unknown one. */
    public Optional<ToolMetadata> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    /** All tools by name. */
    public List<ToolMetadata> all() {
        return List.copyOf(tools.values());
    }

    private static ToolMetadata read(String name) {
        try (InputStream in = ToolCatalogue.class.getResourceAsStream("/tools/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("the built-in tool " + name + " has no metadata");
            }
            return of(CanonicalJson.readObject(in.readAllBytes(), JsonRules.ARGUMENTS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonRefusedException e) {
            throw new IllegalStateException("the metadata of " + name + " is not JSON: " + e.pointer(), e);
        }
    }

    private static ToolMetadata of(ObjectNode document) {
        String name = document.path("name").asString();
        if (!ToolNames.isCanonical(name)) {
            throw new IllegalStateException(name + " is no name of a tool");
        }
        JsonNode exposes = document.path("exposes");
        JsonNode limits = document.path("limits");
        return new ToolMetadata(
                name,
                document.path("version").asString(),
                document.path("description").asString(),
                texts(document.path("capabilities")).stream()
                        .map(wire -> Arrays.stream(ToolCapability.values())
                                .filter(capability -> capability.wire().equals(wire))
                                .findFirst()
                                .orElseThrow())
                        .collect(Collectors.toUnmodifiableSet()),
                document.path("default_sensitive").asBoolean(),
                (ObjectNode) document.path("input_schema"),
                document.path("max_input_bytes").asInt(),
                RuntimeKind.valueOf(document.path("runtime").asString().toUpperCase(Locale.ROOT)),
                Tier.valueOf(document.path("tier").asString()),
                WireName.find(
                                EgressEnforcementMode.class,
                                document.path("egress").path("mode").asString())
                        .orElseThrow(),
                Set.copyOf(texts(document.path("egress").path("hosts"))),
                document.path("secrets").asBoolean(),
                document.path("pool").asString(),
                new ToolMetadata.Exposed(
                        text(exposes, "executable"),
                        texts(exposes.path("paths")),
                        text(exposes, "argv"),
                        text(exposes, "count")),
                new Limits(
                        limits.path("wall_ms").asLong(),
                        limits.path("cpu_ms").asLong(),
                        limits.path("memory_bytes").asLong(),
                        limits.path("output_bytes").asLong(),
                        limits.path("processes").asInt(),
                        limits.path("open_files").asInt(),
                        limits.path("file_bytes").asLong(),
                        limits.path("workspace_bytes").asLong()),
                document,
                Digest.of(CanonicalJson.write(document)));
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.has(field) ? node.path(field).asString() : null;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
