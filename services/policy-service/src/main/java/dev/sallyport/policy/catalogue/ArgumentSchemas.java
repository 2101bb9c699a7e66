package dev.sallyport.policy.catalogue;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.re2j.Pattern;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.RegularExpression;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.SchemaErrors;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks arguments and outputs against the JSON Schemas (2020-12) of tools. */
@Component
public class ArgumentSchemas {
    /** Workspaces register schemas of their own, so the ones that were made are not all kept. */
    private static final int MOST_KEPT = 1_000;

    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                    .regularExpressionFactory(ArgumentSchemas::linear)
                    .build()));
    private final Schema schemaOfSchemas =
            registry.getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));
    private final Cache<Digest, Schema> inputs = cache();
    private final Cache<Digest, Schema> outputs = cache();

    private static Cache<Digest, Schema> cache() {
        return CacheBuilder.newBuilder().maximumSize(MOST_KEPT).build();
    }

    /** RE2: a pattern that somebody registers cannot make the check of somebody else's arguments last for ever. */
    private static RegularExpression linear(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return text -> pattern.matcher(text).find();
    }

    /**
     * Checks the arguments of a call.
     *
     * @throws ToolArgumentsException with the places that do not fit, at most {@value SchemaErrors#MOST}
     */
    public void verify(ToolMetadata tool, JsonNode arguments) {
        Schema schema = inputs.asMap()
                .computeIfAbsent(
                        tool.digest(), digest -> registry.getSchema(tool.input().schema()));
        verify(schema, arguments);
    }

    /**
     * Checks what a tool has put out.
     *
     * @param declared the tool's schema of its output
     * @throws ToolArgumentsException with the places that do not fit, at most {@value SchemaErrors#MOST}
     */
    public void verifyOutput(ToolMetadata tool, ObjectNode declared, JsonNode output) {
        verify(outputs.asMap().computeIfAbsent(tool.digest(), digest -> registry.getSchema(declared)), output);
    }

    /**
     * Checks that this is a JSON Schema itself.
     *
     * @throws ToolArgumentsException with the places that are wrong, at most {@value SchemaErrors#MOST}
     */
    public void verifySchema(ObjectNode schema) {
        verify(schemaOfSchemas, schema);
    }

    private static void verify(Schema schema, JsonNode value) {
        List<ToolArgumentsException.Violation> violations = violations(schema, value);
        if (!violations.isEmpty()) {
            throw new ToolArgumentsException(violations);
        }
    }

    private static List<ToolArgumentsException.Violation> violations(Schema schema, JsonNode value) {
        try {
            return SchemaErrors.of(schema, value).stream()
                    .map(error -> new ToolArgumentsException.Violation(
                            String.valueOf(error.getInstanceLocation()), String.valueOf(error.getMessage())))
                    .toList();
        } catch (SchemaErrors.TooManyAlternativesException e) {
            return List.of(new ToolArgumentsException.Violation("", String.valueOf(e.getMessage())));
        }
    }
}
