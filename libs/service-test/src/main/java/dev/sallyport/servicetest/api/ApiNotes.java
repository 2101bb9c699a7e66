package dev.sallyport.servicetest.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What no code says in a form that can be read: bodies that are read by hand, codes of refusals, examples. Every service
 * has them in {@code api.yaml} of its tests; what all services share is in {@code common.yaml} beside this class.
 */
final class ApiNotes {
    private static final String OPERATIONS = "operations";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonNode common = read(ApiNotes.class.getResourceAsStream("common.yaml"));
    private final JsonNode own = read(ApiNotes.class.getResourceAsStream("/api.yaml"));

    private static JsonNode read(@Nullable InputStream yaml) {
        if (yaml == null) {
            throw new AssertionError("the service has no src/test/resources/api.yaml");
        }
        try (yaml) {
            Object read = new Load(LoadSettings.builder().build()).loadFromInputStream(yaml);
            return JSON.valueToTree(read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is said of the whole service. */
    String title(String member) {
        String text = own.path(member).asString("");
        if (text.isEmpty()) {
            throw new AssertionError("api.yaml says no `" + member + "`");
        }
        return text;
    }

    /** The notes on an operation; a missing node where there are none. */
    JsonNode operation(Operation operation) {
        JsonNode notes = own.path(OPERATIONS).path(operation.name());
        return notes.isMissingNode() ? common.path(OPERATIONS).path(operation.name()) : notes;
    }

    /** The description of a parameter that many operations have; empty where none is noted. */
    String parameter(String name) {
        return common.path("parameters").path(name).asString("");
    }

    /** The description of a member that many records have; empty where none is noted. */
    String member(String name) {
        return common.path("members").path(name).asString("");
    }

    /** An example of a member of that name; a missing node where none is noted. */
    JsonNode example(String member) {
        JsonNode noted = own.path("examples").path(member);
        return noted.isMissingNode() ? common.path("examples").path(member) : noted;
    }

    /** The codes that every operation of that kind can answer; the service may add to those of all services. */
    List<String> codes(String kind) {
        List<String> codes = new ArrayList<>();
        common.path("codes").path(kind).forEach(code -> codes.add(code.asString()));
        own.path("codes").path(kind).forEach(code -> codes.add(code.asString()));
        return codes;
    }

    /** Fails where notes stand on an operation that the service does not have. */
    void verifyAllAreOf(List<Operation> operations) {
        Set<String> strange = new TreeSet<>();
        own.path(OPERATIONS).propertyNames().forEach(strange::add);
        operations.forEach(operation -> strange.remove(operation.name()));
        if (!strange.isEmpty()) {
            throw new AssertionError("api.yaml has notes on operations that the service does not have: " + strange);
        }
    }
}
