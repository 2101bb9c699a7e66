package dev.sallyport.policy.catalogue;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.statements.Digest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Checks arguments against the JSON Schemas (2020-12) of tools. */
@Component
public class ArgumentSchemas {
    private static final int MAX_VIOLATIONS = 20;

    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<Digest, Schema> schemas = new ConcurrentHashMap<>();

    /**
     * Checks the arguments of a call.
     *
     * @throws ToolArgumentsException with the places that do not fit, at most {@value #MAX_VIOLATIONS}
     */
    public void verify(ToolMetadata tool, JsonNode arguments) {
        Schema schema = schemas.computeIfAbsent(
                tool.digest(), digest -> registry.getSchema(tool.input().schema()));
        List<ToolArgumentsException.Violation> violations = schema.validate(arguments).stream()
                .limit(MAX_VIOLATIONS)
                .map(error -> new ToolArgumentsException.Violation(
                        String.valueOf(error.getInstanceLocation()), String.valueOf(error.getMessage())))
                .toList();
        if (!violations.isEmpty()) {
            throw new ToolArgumentsException(violations);
        }
    }
}
