package dev.sallyport.policy.catalogue;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads configurations as they are stored. What is stored stays as it was written: its digest is on the ledger. */
public final class ConfigDocument {
    private ConfigDocument() {}

    /** The configuration of that document, also of one that an earlier version of this service wrote. */
    public static ToolCallConfig read(JsonMapper json, String document) {
        JsonNode tree = json.readTree(document);
        if (tree instanceof ObjectNode config && !config.has("max_calls_per_hour")) {
            config.put("max_calls_per_hour", ToolCallConfig.CALLS_PER_HOUR);
        }
        if (tree instanceof ObjectNode config && !config.has("features")) {
            config.putArray("features");
        }
        if (tree instanceof ObjectNode config && !config.has("wasm_runner")) {
            config.set("wasm_runner", json.valueToTree(WasmPluginRunnerPolicy.INITIAL));
        }
        if (tree.path("process_runner") instanceof ObjectNode runner) {
            ObjectNode initial = json.valueToTree(SandboxProcessRunnerPolicy.of(List.of(), List.of()));
            initial.properties().stream()
                    .filter(field -> !runner.has(field.getKey()))
                    .forEach(field -> runner.set(field.getKey(), field.getValue()));
        }
        return json.treeToValue(tree, ToolCallConfig.class);
    }
}
