package dev.sallyport.servicetest.api;

import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicetest.api.Comments.Comment;
import dev.sallyport.servicetest.api.Schemas.Way;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ValueConstants;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parameters of an operation: those of its path, of its query, and its headers. */
final class Parameters {
    private static final String SCHEMA = "schema";

    private final Schemas schemas;
    private final Comments comments;
    private final ApiNotes notes;

    Parameters(Schemas schemas, Comments comments, ApiNotes notes) {
        this.schemas = schemas;
        this.comments = comments;
        this.notes = notes;
    }

    /** All of them, in the order of the handler's declaration. */
    ArrayNode of(Operation operation) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        Comment comment = comments.of(operation.handler().getMethod());
        for (Parameter parameter : operation.handler().getMethod().getParameters()) {
            read(operation, parameter, comment.of(parameter.getName()), all::add);
        }
        return all;
    }

    private void read(Operation operation, Parameter parameter, String words, Consumer<ObjectNode> all) {
        PathVariable path = parameter.getAnnotation(PathVariable.class);
        RequestParam query = parameter.getAnnotation(RequestParam.class);
        RequestHeader header = parameter.getAnnotation(RequestHeader.class);
        if (parameter.getType() == PageRequest.class) {
            page(all);
        } else if (path != null) {
            String name = named(path.value(), path.name(), parameter);
            ObjectNode written = write(operation, "path", name, parameter, words, true, null);
            written.set("example", example(operation, name));
            if (operation.takesRest(name)) {
                written.put("x-takes-rest", true);
            }
            all.accept(written);
        } else if (query != null) {
            String name = named(query.value(), query.name(), parameter);
            all.accept(write(
                    operation,
                    "query",
                    name,
                    parameter,
                    words,
                    isNeeded(query.required(), query.defaultValue()),
                    query.defaultValue()));
        } else if (header != null) {
            String name = named(header.value(), header.name(), parameter);
            all.accept(write(
                    operation,
                    "header",
                    name,
                    parameter,
                    words,
                    isNeeded(header.required(), header.defaultValue()),
                    header.defaultValue()));
        }
    }

    private JsonNode example(Operation operation, String name) {
        JsonNode own = notes.operation(operation).path("example").path(name);
        JsonNode noted = own.isMissingNode() ? notes.example("path." + name) : own;
        if (noted.isMissingNode()) {
            throw new AssertionError("api.yaml has no example of the variable `" + name + "` of " + operation.name());
        }
        return noted;
    }

    private static boolean isNeeded(boolean required, String standard) {
        return required && standard.equals(ValueConstants.DEFAULT_NONE);
    }

    private static String named(String value, String name, Parameter parameter) {
        String declared = value.isEmpty() ? name : value;
        return declared.isEmpty() ? parameter.getName() : declared;
    }

    private ObjectNode write(
            Operation operation,
            String place,
            String name,
            Parameter parameter,
            String words,
            boolean required,
            @Nullable String standard) {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        String description = words.isEmpty() ? notes.parameter(name) : words;
        if (description.isEmpty()) {
            throw new AssertionError("nothing says what `" + name + "` of " + operation.name() + " means: write @param "
                    + parameter.getName() + " at " + operation.handler());
        }
        written.put("name", name).put("in", place).put("description", description);
        if (required) {
            written.put("required", true);
        }
        JsonNode noted = notes.operation(operation).path("parameters").path(name);
        ObjectNode schema = noted instanceof ObjectNode given ? given.deepCopy() : schema(parameter);
        if (standard != null && !standard.equals(ValueConstants.DEFAULT_NONE)) {
            byDefault(schema, standard);
        }
        written.set(SCHEMA, schema);
        return written;
    }

    /** A header that may be sent several times is one text with commas between. */
    private ObjectNode schema(Parameter parameter) {
        AnnotatedType type = parameter.getAnnotatedType();
        return List.class.isAssignableFrom(parameter.getType())
                ? schemas.of(String.class, Way.WRITTEN)
                : schemas.of(type, Way.WRITTEN);
    }

    private static void byDefault(ObjectNode schema, String value) {
        switch (schema.path("type").asString("")) {
            case "integer" -> schema.put("default", Long.parseLong(value));
            case "boolean" -> schema.put("default", Boolean.parseBoolean(value));
            default -> schema.put("default", value);
        }
    }

    private void page(Consumer<ObjectNode> all) {
        ObjectNode limit = JsonNodeFactory.instance.objectNode();
        limit.put("name", "limit").put("in", "query").put("description", notes.parameter("limit"));
        limit.putObject(SCHEMA)
                .put("type", "integer")
                .put("minimum", 1)
                .put("maximum", PageRequest.MAX_LIMIT)
                .put("default", PageRequest.DEFAULT_LIMIT);
        all.accept(limit);
        ObjectNode after = JsonNodeFactory.instance.objectNode();
        after.put("name", "after").put("in", "query").put("description", notes.parameter("after"));
        after.putObject(SCHEMA).put("type", "string").put("maxLength", 512);
        all.accept(after);
    }
}
