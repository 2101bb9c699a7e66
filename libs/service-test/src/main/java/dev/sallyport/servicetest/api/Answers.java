package dev.sallyport.servicetest.api;

import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicetest.api.Schemas.Way;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What an operation answers: its results as its handler declares or the notes say them, and the codes of refusals. */
final class Answers {
    /** The member with the codes of a refusal: no schema of OpenAPI's says which of them belong to which status. */
    static final String CODES = "x-codes";

    private static final String PROBLEM = "#/components/schemas/Problem";
    private static final String CONTENT = "content";
    private static final String DESCRIPTION = "description";

    private final Schemas schemas;
    private final ApiNotes notes;
    private final ProblemCodes problems = new ProblemCodes();

    Answers(Schemas schemas, ApiNotes notes) {
        this.schemas = schemas;
        this.notes = notes;
    }

    /** All of them by status. */
    ObjectNode of(Operation operation, boolean readsBody) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        JsonNode noted = notes.operation(operation).path("answers");
        if (noted.isEmpty()) {
            all.set(Integer.toString(declared(operation).value()), declaredAnswer(operation));
        }
        noted.properties()
                .forEach(
                        answer -> all.set(answer.getKey(), notedAnswer(operation, answer.getKey(), answer.getValue())));
        refusals(operation, readsBody).forEach((status, codes) -> all.set(status, refusal(codes)));
        return all;
    }

    private static HttpStatus declared(Operation operation) {
        ResponseStatus status =
                AnnotatedElementUtils.findMergedAnnotation(operation.handler().getMethod(), ResponseStatus.class);
        return status == null ? HttpStatus.OK : status.code();
    }

    private ObjectNode declaredAnswer(Operation operation) {
        ObjectNode answer = described(declared(operation));
        AnnotatedType type = operation.handler().getMethod().getAnnotatedReturnType();
        if (type instanceof AnnotatedParameterizedType wrapped && raw(type.getType()) == ResponseEntity.class) {
            type = wrapped.getAnnotatedActualTypeArguments()[0];
        }
        Class<?> raw = raw(type.getType());
        if (raw != void.class && raw != Void.class) {
            String media = media(operation);
            answer.putObject(CONTENT)
                    .putObject(media)
                    .set("schema", raw == SseEmitter.class ? text() : schema(operation, type, media));
        }
        return answer;
    }

    private ObjectNode schema(Operation operation, AnnotatedType type, String media) {
        if (raw(type.getType()) == byte[].class) {
            if (media.equals(MediaType.APPLICATION_JSON_VALUE)) {
                throw new AssertionError("nothing says what " + operation.name() + " answers: say it in api.yaml");
            }
            return text().put("contentMediaType", media);
        }
        return schemas.of(type, Way.WRITTEN);
    }

    private static String media(Operation operation) {
        Set<MediaType> produced = operation.mapping().getProducesCondition().getProducibleMediaTypes();
        return produced.isEmpty()
                ? MediaType.APPLICATION_JSON_VALUE
                : produced.iterator().next().toString();
    }

    /** Of a class, of a page of one, of several of them, of a schema, or of nothing at all. */
    private ObjectNode notedAnswer(Operation operation, String status, JsonNode noted) {
        ObjectNode answer = described(HttpStatus.valueOf(Integer.parseInt(status)));
        if (noted.has(DESCRIPTION)) {
            answer.put(DESCRIPTION, noted.path(DESCRIPTION).asString());
        }
        noted.path("headers")
                .properties()
                .forEach(header -> answer.withObjectProperty("headers")
                        .putObject(header.getKey())
                        .put(DESCRIPTION, header.getValue().asString())
                        .putObject("schema")
                        .put("type", "string"));
        if (noted.path("empty").asBoolean(false)) {
            return answer;
        }
        String media = noted.path("media").asString(media(operation));
        answer.putObject(CONTENT).putObject(media).set("schema", notedSchema(operation, noted, media));
        return answer;
    }

    private ObjectNode notedSchema(Operation operation, JsonNode noted, String media) {
        if (noted.has("schema")) {
            return (ObjectNode) noted.path("schema").deepCopy();
        }
        if (noted.has("type")) {
            return schemas.of(type(operation, noted.path("type").asString()), Way.WRITTEN);
        }
        if (noted.has("page")) {
            return schemas.page(type(operation, noted.path("page").asString()));
        }
        if (noted.has("anyOf")) {
            ObjectNode several = JsonNodeFactory.instance.objectNode();
            noted.path("anyOf")
                    .forEach(each -> several.withArrayProperty("anyOf").add(notedSchema(operation, each, media)));
            return several;
        }
        if (!media.contains("json")) {
            return text().put("contentMediaType", media);
        }
        throw new AssertionError("api.yaml does not say what " + operation.name() + " answers");
    }

    /** A class below the service's package, {@code catalogue.web.ConfigController.ChangeView}. */
    private static Class<?> type(Operation operation, String name) {
        String[] parts = operation.handler().getBeanType().getPackageName().split("\\.", -1);
        String own = String.join(".", parts[0], parts[1], parts[2]) + "." + name;
        for (String binary = own; binary.contains("."); binary = binary.replaceFirst("\\.(?=[^.]*$)", "\\$")) {
            try {
                return Class.forName(binary);
            } catch (ClassNotFoundException _) {
                // Perhaps what is before the last dot is a class.
            }
        }
        throw new AssertionError("api.yaml names " + name + ", which is no class of the service");
    }

    private Map<String, Set<String>> refusals(Operation operation, boolean readsBody) {
        Set<String> codes = new TreeSet<>(notes.codes("every"));
        if (readsBody) {
            codes.addAll(notes.codes("body"));
        }
        if (operation.path().contains("{") || operation.connectors().equals(EnumSet.of(ConnectorKind.INTERNAL))) {
            codes.addAll(notes.codes("path"));
        }
        if (!operation.open()) {
            codes.addAll(notes.codes("credentials"));
        }
        if (!operation.permissions().isEmpty()) {
            codes.addAll(notes.codes("principals"));
        }
        notes.operation(operation).path("problems").forEach(code -> codes.add(code.asString()));
        return codes.stream()
                .collect(Collectors.groupingBy(problems::status, TreeMap::new, Collectors.toCollection(TreeSet::new)));
    }

    private static ObjectNode refusal(Set<String> codes) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put(
                DESCRIPTION,
                codes.stream().map(code -> "`" + code + "`").collect(Collectors.joining(", ", "Refused: ", ".")));
        codes.forEach(code -> answer.withArrayProperty(CODES).add(code));
        answer.putObject(CONTENT)
                .putObject(MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .putObject("schema")
                .put("$ref", PROBLEM);
        return answer;
    }

    private static ObjectNode described(HttpStatus status) {
        return JsonNodeFactory.instance.objectNode().put(DESCRIPTION, status.getReasonPhrase() + ".");
    }

    private static ObjectNode text() {
        return JsonNodeFactory.instance.objectNode().put("type", "string");
    }

    private static Class<?> raw(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic -> (Class<?>) generic.getRawType();
            default -> Object.class;
        };
    }
}
