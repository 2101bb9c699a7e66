package dev.sallyport.policy.catalogue.web;

import dev.sallyport.policy.catalogue.ToolCapability;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.catalogue.ToolNames;
import dev.sallyport.servicekit.problem.ProblemException;
import java.util.Set;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The shapes in which models' interfaces take tools. */
enum ToolFormat {
    /** OpenAI's function tools. Their names have no dots. */
    OPENAI {
        @Override
        ObjectNode of(ToolMetadata tool, String description) {
            ObjectNode shape = JsonNodeFactory.instance.objectNode();
            shape.put("type", "function");
            ObjectNode function = shape.putObject("function");
            function.put("name", ToolNames.withoutDots(tool.name()));
            function.put("description", description);
            function.set("parameters", schema(tool));
            return shape;
        }
    },
    /** The items of MCP's {@code tools/list}, of 2025-11-25. */
    MCP {
        @Override
        ObjectNode of(ToolMetadata tool, String description) {
            Set<ToolCapability> can = tool.reach().capabilities();
            boolean changes =
                    can.contains(ToolCapability.FILESYSTEM_WRITE) || can.contains(ToolCapability.PROCESS_EXEC);
            ObjectNode shape = JsonNodeFactory.instance.objectNode();
            shape.put("name", tool.name());
            shape.put("title", tool.document().path("title").asString(tool.name()));
            shape.put("description", description);
            shape.set("inputSchema", schema(tool));
            ObjectNode output = tool.outputSchema();
            if (output != null) {
                shape.set("outputSchema", output);
            }
            shape.putObject("annotations")
                    .put("readOnlyHint", !changes)
                    .put("destructiveHint", changes)
                    .put("openWorldHint", can.contains(ToolCapability.NETWORK));
            return shape;
        }
    };

    /**
     * The shape of this name.
     *
     * @throws ProblemException for a name that is none
     */
    static ToolFormat of(String name) {
        return switch (name) {
            case "openai" -> OPENAI;
            case "mcp" -> MCP;
            default -> {
                String rule = "`format` must be openai or mcp.";
                throw new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", rule, "format", rule);
            }
        };
    }

    /**
     * The tool in this shape.
     *
     * @param description what a model is told of the tool
     */
    abstract ObjectNode of(ToolMetadata tool, String description);

    /** Without the dialect's address, which is the default one and some interfaces refuse. */
    private static ObjectNode schema(ToolMetadata tool) {
        ObjectNode schema = tool.input().schema().deepCopy();
        schema.remove("$schema");
        return schema;
    }
}
