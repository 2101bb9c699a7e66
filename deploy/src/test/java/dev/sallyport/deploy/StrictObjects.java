package dev.sallyport.deploy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads manifests as strictly as an API server with strict field validation: a field that nobody knows is a mistake.
 * Built-in kinds are read into fabric8's models, whose unknown fields are found by walking the objects; custom ones are
 * held against schemas that we wrote from their documentation.
 */
final class StrictObjects {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final String MODELS = "io.fabric8.kubernetes.api.model";

    private StrictObjects() {}

    /** What is wrong with a manifest; empty when nothing is. */
    static List<String> problems(ObjectNode manifest) {
        Object object;
        try {
            object = SERIALIZATION.unmarshal(manifest.toString(), KubernetesResource.class);
        } catch (RuntimeException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        if (object instanceof GenericKubernetesResource) {
            return custom(manifest);
        }
        List<String> unknown = new ArrayList<>();
        walk(object, manifest.path("kind").asString(), unknown, new IdentityHashMap<>());
        return unknown;
    }

    private static List<String> custom(ObjectNode manifest) {
        String name = manifest.path("apiVersion").asString().replace('/', '_') + "_"
                + manifest.path("kind").asString() + ".json";
        return schema(name).validate(manifest.toString(), InputFormat.JSON).stream()
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }

    static Schema schema(String name) {
        try (InputStream in = StrictObjects.class.getResourceAsStream("/schemas/" + name)) {
            if (in == null) {
                throw new AssertionError("no schema " + name + ": write one from the resource's documentation");
            }
            JsonNode document = JSON.readTree(in);
            withoutOldNames(document);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(document.toString(), InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The compose specification's file says {@code id} and its dialect as drafts before 6 did. */
    private static void withoutOldNames(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            if (object.path("id").isString()) {
                object.remove("id");
            }
            if (object.path("$schema").asString("").equals("http://json-schema.org/draft/2019-09/schema#")) {
                object.put("$schema", "https://json-schema.org/draft/2019-09/schema");
            }
        }
        schema.forEach(StrictObjects::withoutOldNames);
    }

    private static void walk(Object object, String where, List<String> unknown, Map<Object, Boolean> seen) {
        switch (object) {
            case null -> {}
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    walk(list.get(i), where + "[" + i + "]", unknown, seen);
                }
            }
            case Map<?, ?> map -> map.forEach((key, value) -> walk(value, where + "." + key, unknown, seen));
            default -> {
                if (object.getClass().getName().startsWith(MODELS)
                        && !object.getClass().isEnum()
                        && seen.put(object, true) == null) {
                    properties(object, where, unknown, seen);
                }
            }
        }
    }

    private static void properties(Object object, String where, List<String> unknown, Map<Object, Boolean> seen) {
        for (Method getter : object.getClass().getMethods()) {
            if (!getter.getName().startsWith("get")
                    || getter.getParameterCount() != 0
                    || getter.getDeclaringClass() == Object.class) {
                continue;
            }
            Object value;
            try {
                value = getter.invoke(object);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new LinkageError(getter + " cannot be read", e);
            }
            if (getter.getName().equals("getAdditionalProperties")) {
                ((Map<?, ?>) value).keySet().forEach(field -> unknown.add(where + "." + field + " is unknown"));
            } else {
                walk(value, where + "." + getter.getName().substring(3), unknown, seen);
            }
        }
    }
}
