package dev.sallyport.servicetest.api;

import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.problem.Problem;
import dev.sallyport.servicetest.api.Comments.Comment;
import dev.sallyport.servicetest.api.Schemas.Way;
import java.lang.reflect.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the OpenAPI 3.1 document of a running service: always the same one of the same code. */
final class DocumentWriter {
    private static final String CERTIFICATE = "certificate";
    private static final String DESCRIPTION = "description";
    private static final String TOKEN = "token";

    private final Comments comments = new Comments();
    private final ApiNotes notes = new ApiNotes();
    private final List<Operation> operations;
    private final Schemas schemas;
    private final Answers answers;
    private final Parameters parameters;

    DocumentWriter(ApplicationContext context) {
        this.operations = Operation.of(context);
        this.schemas = new Schemas(context.getBean(JsonMapper.class), comments, notes);
        this.answers = new Answers(schemas, notes);
        this.parameters = new Parameters(schemas, comments, notes);
    }

    /** The document of the service of that name. */
    ObjectNode document(String name) {
        notes.verifyAllAreOf(operations);
        ObjectNode document = object();
        document.put("openapi", "3.1.1");
        document.putObject("info")
                .put("title", "Sallyport " + name)
                .put("version", "v1")
                .put(DESCRIPTION, notes.title(DESCRIPTION).strip());
        document.putArray("servers")
                .addObject()
                .put("url", notes.title("server"))
                .put(DESCRIPTION, "On one machine.");
        document.set("tags", tags());
        schemas.of(Problem.class, Way.WRITTEN);
        ObjectNode paths = document.putObject("paths");
        Set<String> ids = new TreeSet<>();
        for (Operation operation : operations) {
            if (!ids.add(operation.id())) {
                throw new AssertionError("two operations would have the id " + operation.id() + ": rename a handler");
            }
            ObjectNode path = paths.withObjectProperty(operation.path());
            String method = operation.method().toLowerCase(Locale.ROOT);
            if (path.get(method) instanceof ObjectNode written) {
                addBody(operation, written);
            } else {
                path.set(method, write(operation));
            }
        }
        ObjectNode components = document.putObject("components");
        components.set("schemas", schemas.components());
        components.set("securitySchemes", securitySchemes());
        new ExampleWriter(notes, document).write(operations);
        return document;
    }

    /** One operation whose handlers take bodies of different types. */
    private void addBody(Operation operation, ObjectNode written) {
        Parameter body = body(operation);
        if (body == null) {
            throw new AssertionError("two handlers of " + operation.name() + " cannot be told apart by their bodies");
        }
        written.withObject("/requestBody/content")
                .setAll((ObjectNode) requestBody(operation, body).required("content"));
    }

    private ArrayNode tags() {
        ArrayNode tags = array();
        operations.stream()
                .map(operation -> operation.handler().getBeanType())
                .distinct()
                .sorted((a, b) -> a.getSimpleName().compareTo(b.getSimpleName()))
                .forEach(type -> tags.addObject()
                        .put("name", type.getSimpleName().replaceAll("Controller$", ""))
                        .put(DESCRIPTION, comments.of(type).summary()));
        return tags;
    }

    private ObjectNode write(Operation operation) {
        Comment comment = comments.of(operation.handler().getMethod());
        if (comment.summary().isEmpty()) {
            throw new AssertionError(
                    "nothing says what " + operation.name() + " does: write Javadoc at " + operation.handler());
        }
        ObjectNode written = object();
        written.put("operationId", operation.id());
        written.putArray("tags").add(operation.group());
        written.put("summary", comment.summary());
        written.put(
                DESCRIPTION,
                Stream.of(comment.rest(), "Admits: " + operation.who() + "; " + connectors(operation) + ".")
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("\n\n")));
        written.set("security", security(operation));
        written.put("x-admits", operation.who());
        ArrayNode read = parameters.of(operation);
        if (!read.isEmpty()) {
            written.set("parameters", read);
        }
        Parameter body = body(operation);
        if (body != null) {
            written.set("requestBody", requestBody(operation, body));
        }
        written.set("responses", answers.of(operation, body != null));
        return written;
    }

    private static String connectors(Operation operation) {
        return operation.connectors().size() == ConnectorKind.values().length
                ? "on both connectors"
                : "on the internal connector only";
    }

    private ArrayNode security(Operation operation) {
        ArrayNode alternatives = array();
        if (operation.open()) {
            return alternatives;
        }
        Stream.of(operation.permissions(), operation.permissionsInstead())
                .filter(permissions -> !permissions.isEmpty())
                .forEach(permissions -> {
                    ArrayNode needed = alternatives.addObject().putArray(TOKEN);
                    permissions.forEach(needed::add);
                    ArrayNode bound = alternatives.addObject().putArray(CERTIFICATE);
                    permissions.forEach(bound::add);
                });
        if (operation.admitsCertificates()) {
            alternatives.addObject().putArray(CERTIFICATE);
        }
        return alternatives;
    }

    private static @Nullable Parameter body(Operation operation) {
        return Stream.of(operation.handler().getMethod().getParameters())
                .filter(parameter -> parameter.isAnnotationPresent(RequestBody.class))
                .findFirst()
                .orElse(null);
    }

    private ObjectNode requestBody(Operation operation, Parameter parameter) {
        ObjectNode body = object();
        if (parameter.getAnnotation(RequestBody.class).required()) {
            body.put("required", true);
        }
        Set<MediaType> taken = operation.mapping().getConsumesCondition().getConsumableMediaTypes();
        String type = taken.isEmpty()
                ? MediaType.APPLICATION_JSON_VALUE
                : taken.iterator().next().toString();
        boolean form = type.equals(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
        JsonNode noted = notes.operation(operation).path(form ? "form" : "body");
        ObjectNode schema = noted instanceof ObjectNode given
                ? given.deepCopy()
                : schemas.of(parameter.getAnnotatedType(), Way.READ);
        body.putObject("content").putObject(type).set("schema", schema);
        return body;
    }

    private static ObjectNode securitySchemes() {
        ObjectNode schemes = object();
        schemes.putObject(TOKEN)
                .put("type", "http")
                .put("scheme", "bearer")
                .put(DESCRIPTION, "A token, `sp_…`. The names beside it are the permissions that it needs.");
        schemes.putObject(CERTIFICATE)
                .put("type", "mutualTLS")
                .put(
                        DESCRIPTION,
                        "A client certificate of the fleet. Where permissions stand beside it, that of a device or an"
                                + " agent whose principal has them; `x-admits` says whose certificate is admitted else.");
        return schemes;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }
}
