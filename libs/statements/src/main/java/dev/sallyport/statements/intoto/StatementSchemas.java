package dev.sallyport.statements.intoto;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.StatementType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The published JSON Schemas (2020-12) of the six statements. */
final class StatementSchemas {
    private static final Map<StatementType, Schema> SCHEMAS = load();

    private StatementSchemas() {}

    /** Where a type's schema lies on the class path, for those who publish it. */
    static String resource(StatementType type) {
        return "/dev/sallyport/statements/schemas/" + type.shortName().replace('/', '.') + ".schema.json";
    }

    static void check(StatementType type, JsonNode statement) throws StatementRefusedException {
        List<Error> errors = schema(type).validate(statement);
        if (!errors.isEmpty()) {
            Error first = errors.getFirst();
            throw new StatementRefusedException(
                    Refusal.SCHEMA, "schema: " + first.getInstanceLocation() + " fails " + first.getKeyword());
        }
    }

    private static Schema schema(StatementType type) {
        Schema schema = SCHEMAS.get(type);
        if (schema == null) {
            throw new IllegalStateException("no schema for " + type);
        }
        return schema;
    }

    private static Map<StatementType, Schema> load() {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        Map<StatementType, Schema> schemas = new EnumMap<>(StatementType.class);
        for (StatementType type : StatementType.values()) {
            try (InputStream in = StatementSchemas.class.getResourceAsStream(resource(type))) {
                if (in == null) {
                    throw new IllegalStateException("missing " + resource(type));
                }
                schemas.put(
                        type,
                        registry.getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return schemas;
    }
}
