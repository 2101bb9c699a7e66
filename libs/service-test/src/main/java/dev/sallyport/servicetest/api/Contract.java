package dev.sallyport.servicetest.api;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a document promises, held against exchanges. An answer's status, type and body must be documented, to the last
 * member; so must be the query and the body of a request that was served.
 */
final class Contract {
    /** Where an address that no operation has must not be served. Elsewhere are pages and the actuator. */
    private static final Pattern PROGRAMS =
            Pattern.compile("/(v1|internal|access|tile|checkpoint|\\.well-known)(/.*)?");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final String COMPONENTS = "#/components/schemas/";
    private static final String CONTENT = "content";
    private static final String SCHEMA = "schema";

    private final JsonNode components;
    private final List<Route> routes;
    private final Map<JsonNode, Schema> compiled = new ConcurrentHashMap<>();

    /** An operation with the form of its addresses; the one with more fixed text goes before the other. */
    private record Route(String method, Pattern address, int fixed, String name, JsonNode operation) {}

    /**
     * What was exchanged.
     *
     * @param path of the request, as it was sent
     * @param query of the request; empty without one
     * @param sent the request's body; empty without one
     * @param type the answer's content type; empty without one
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Exchange(String method, String path, String query, byte[] sent, int status, String type, byte[] answered) {}

    Contract(JsonNode document) {
        this.components = closed(document.path("components").path("schemas"));
        this.routes = document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(operation -> route(path.getKey(), operation.getKey(), operation.getValue())))
                .sorted(Comparator.comparingInt(Route::fixed).reversed())
                .toList();
    }

    private static Route route(String path, String method, JsonNode operation) {
        StringBuilder address = new StringBuilder();
        for (String part : path.split("(?=\\{)|(?<=})", -1)) {
            address.append(part.startsWith("{") ? variable(operation, part) : Pattern.quote(part));
        }
        return new Route(
                method.toUpperCase(Locale.ROOT),
                Pattern.compile(address.toString()),
                path.replaceAll("\\{[^}]*}", "").length(),
                method.toUpperCase(Locale.ROOT) + " " + path,
                operation);
    }

    private static String variable(JsonNode operation, String part) {
        boolean rest = Stream.of(operation.path("parameters"))
                .flatMap(parameters -> parameters.valueStream())
                .anyMatch(parameter -> part.equals("{" + parameter.path("name").asString() + "}")
                        && parameter.path("x-takes-rest").asBoolean(false));
        return rest ? ".*" : "[^/]+";
    }

    /**
     * A schema as the validator takes it, in which answers have no members but those that are named. For clients the
     * documents leave that open.
     */
    private static JsonNode closed(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        close(copy);
        return copy;
    }

    private static void close(JsonNode schema) {
        schema.forEach(Contract::close);
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        if (object.path("$ref").asString("").startsWith(COMPONENTS)) {
            object.put("$ref", "#/$defs/" + object.path("$ref").asString().substring(COMPONENTS.length()));
        }
        if (object.path("type").asString("").equals("object")
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
    }

    /** Holds every example of a document to its schema; {@link AssertionError} naming the operation. */
    static void verifyExamples(JsonNode document) {
        Contract contract = new Contract(document);
        for (Route route : contract.routes) {
            Stream.concat(
                            Stream.of(route.operation().path("requestBody")),
                            route.operation().path("responses").valueStream())
                    .flatMap(body -> body.path(CONTENT).valueStream())
                    .filter(media -> media.has("example"))
                    .forEach(media ->
                            contract.fit("the example of " + route.name(), media.path(SCHEMA), media.path("example")));
        }
    }

    /** Throws {@link AssertionError} where the document does not have what was exchanged. */
    void verify(Exchange exchange) {
        boolean served = exchange.status() / 100 == 2;
        Optional<Route> found = routes.stream()
                .filter(route -> route.method().equals(exchange.method())
                        && route.address().matcher(exchange.path()).matches())
                .findFirst();
        if (found.isEmpty()) {
            if (served
                    && PROGRAMS.matcher(exchange.path()).matches()
                    && !exchange.method().equals("HEAD")) {
                throw new AssertionError(
                        "no document has " + exchange.method() + " " + exchange.path() + ", which was served");
            }
            return;
        }
        Route route = found.get();
        if (served) {
            verifyQuery(route, exchange.query());
            verifySent(route, exchange.sent());
        }
        verifyAnswer(route, exchange);
    }

    private static void verifyQuery(Route route, String query) {
        List<String> known = route.operation()
                .path("parameters")
                .valueStream()
                .filter(parameter -> parameter.path("in").asString().equals("query"))
                .map(parameter -> parameter.path("name").asString())
                .toList();
        for (String pair : query.split("&", -1)) {
            String name = pair.replaceAll("=.*", "");
            if (!name.isEmpty() && !known.contains(name)) {
                throw new AssertionError("the document of " + route.name() + " does not have the parameter " + name);
            }
        }
    }

    private void verifySent(Route route, byte[] sent) {
        JsonNode content = route.operation().path("requestBody").path(CONTENT);
        JsonNode media = content.path("application/json");
        // Where forms are taken as well, what begins like an object is one.
        boolean json = content.size() == 1 || (sent.length > 0 && sent[0] == '{');
        if (sent.length > 0 && json && media.has(SCHEMA)) {
            fit("the body that " + route.name() + " took", media.path(SCHEMA), parsed(route, sent));
        }
    }

    private void verifyAnswer(Route route, Exchange exchange) {
        String what = route.name() + " answered " + exchange.status();
        JsonNode answer = route.operation().path("responses").path(Integer.toString(exchange.status()));
        if (answer.isMissingNode()) {
            throw new AssertionError(what + ", which its document does not have: " + text(exchange.answered()));
        }
        if (exchange.answered().length == 0 && !answer.has(CONTENT)) {
            return;
        }
        String type = exchange.type().replaceAll("\\s*;.*", "");
        JsonNode media = answer.path(CONTENT).properties().stream()
                .filter(content -> content.getKey().replaceAll("\\s*;.*", "").equals(type))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError(what + " with " + exchange.type() + ", which its document does not have"));
        // Lines of JSON are no document.
        if (type.endsWith("/json") || type.endsWith("+json")) {
            JsonNode body = parsed(route, exchange.answered());
            fit(what + ", and its body", media.path(SCHEMA), body);
            verifyCode(what, answer.path(Answers.CODES), body.path("code").asString(""));
        }
    }

    private static void verifyCode(String what, JsonNode codes, String code) {
        boolean known = codes.isMissingNode()
                || codes.valueStream()
                        .map(JsonNode::asString)
                        .anyMatch(each -> each.endsWith("*")
                                ? code.startsWith(each.substring(0, each.length() - 1))
                                : each.equals(code));
        if (!known) {
            throw new AssertionError(what + " " + code + ", a code that its document does not have");
        }
    }

    private void fit(String what, JsonNode schema, JsonNode body) {
        List<String> wrong = compiled.computeIfAbsent(schema, this::compile).validate(body).stream()
                .map(error -> error.getInstanceLocation() + " " + error.getMessage())
                .toList();
        if (!wrong.isEmpty()) {
            throw new AssertionError(
                    what + " is not as documented: " + String.join("; ", wrong) + "\n" + text(body.toString()));
        }
    }

    /** A schema of its own, with the components that it refers to beside it. */
    private Schema compile(JsonNode schema) {
        ObjectNode whole = (ObjectNode) closed(schema);
        whole.set("$defs", components);
        return REGISTRY.getSchema(whole);
    }

    private static JsonNode parsed(Route route, byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new AssertionError("what " + route.name() + " exchanged is no JSON: " + text(body), e);
        }
    }

    private static String text(byte[] body) {
        return text(new String(body, StandardCharsets.UTF_8));
    }

    private static String text(String body) {
        return body.lines().limit(20).collect(Collectors.joining("\n"));
    }
}
