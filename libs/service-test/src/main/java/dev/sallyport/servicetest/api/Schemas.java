package dev.sallyport.servicetest.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.servicekit.page.Page;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Schemas (2020-12) of the records that the service reads and writes, as its object mapper does: snake case, nothing
 * unknown taken, null left out. What it cannot describe it refuses, so that nothing is described wrongly in silence.
 */
final class Schemas {
    private static final String COMPONENTS = "#/components/schemas/";
    private static final String TYPE = "type";
    private static final String STRING = "string";
    private static final String OBJECT = "object";
    private static final String PROPERTIES = "properties";
    private static final String REQUIRED = "required";

    /** Which way a value goes. What is read may have null where it may be left out; what is written never has null. */
    enum Way {
        READ,
        WRITTEN
    }

    private final JsonMapper mapper;
    private final Comments comments;
    private final ApiNotes notes;
    private final SortedMap<String, ObjectNode> components = new TreeMap<>();
    private final Map<String, Class<?>> owners = new TreeMap<>();
    private final Map<String, Way> ways = new TreeMap<>();

    Schemas(JsonMapper mapper, Comments comments, ApiNotes notes) {
        this.mapper = mapper;
        this.comments = comments;
        this.notes = notes;
    }

    /** All that were referred to, by name. */
    ObjectNode components() {
        ObjectNode all = object();
        components.forEach(all::set);
        return all;
    }

    /** The schema of a value of that type. */
    ObjectNode of(AnnotatedType type, Way way) {
        ObjectNode schema = of(type.getType(), type, way);
        constrain(schema, type);
        return schema;
    }

    /** The schema of a value of that class, which takes no type arguments. */
    ObjectNode of(Class<?> type, Way way) {
        return of(type, null, way);
    }

    /** The schema of a page of such items. */
    ObjectNode page(Class<?> item) {
        return page(of(item, null, Way.WRITTEN));
    }

    private ObjectNode of(Type type, @Nullable AnnotatedType annotated, Way way) {
        if (type instanceof ParameterizedType generic) {
            return generic(generic, annotated, way);
        }
        if (!(type instanceof Class<?> plain)) {
            throw new AssertionError("no schema can be written of " + type + ": say it in api.yaml");
        }
        if (plain == String.class) {
            return typed(STRING);
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return typed("boolean");
        }
        if (plain == int.class || plain == Integer.class) {
            return typed("integer").put("format", "int32");
        }
        if (plain == long.class || plain == Long.class) {
            return typed("integer").put("format", "int64");
        }
        if (plain == Instant.class) {
            return typed(STRING).put("format", "date-time");
        }
        if (plain == ObjectNode.class) {
            return typed(OBJECT);
        }
        if (JsonNode.class.isAssignableFrom(plain)) {
            return object();
        }
        if (plain.isEnum()) {
            return enumeration(plain);
        }
        if (plain.isRecord()) {
            return reference(plain, way);
        }
        throw new AssertionError("no schema can be written of " + type + ": say it in api.yaml");
    }

    private ObjectNode generic(ParameterizedType type, @Nullable AnnotatedType annotated, Way way) {
        Class<?> raw = (Class<?>) type.getRawType();
        AnnotatedType[] arguments = annotated instanceof AnnotatedParameterizedType parameterized
                ? parameterized.getAnnotatedActualTypeArguments()
                : new AnnotatedType[0];
        if (arguments.length == 0) {
            throw new AssertionError("no schema can be written of " + type + ": say it in api.yaml");
        }
        if (raw == Page.class) {
            return page(of(arguments[0], Way.WRITTEN));
        }
        if (Collection.class.isAssignableFrom(raw)) {
            ObjectNode list = typed("array");
            list.set("items", of(arguments[0], way));
            return list;
        }
        if (Map.class.isAssignableFrom(raw)) {
            ObjectNode map = typed(OBJECT);
            map.set("additionalProperties", of(arguments[1], way));
            return map;
        }
        throw new AssertionError("no schema can be written of " + type + ": say it in api.yaml");
    }

    /** The constants as the service writes them. */
    private ObjectNode enumeration(Class<?> type) {
        ObjectNode schema = typed(STRING);
        ArrayNode values = schema.putArray("enum");
        Arrays.stream(type.getEnumConstants()).map(mapper::valueToTree).forEach(value -> values.add((JsonNode) value));
        return schema;
    }

    private ObjectNode page(ObjectNode item) {
        String reference = item.path("$ref").asString("");
        if (reference.isEmpty()) {
            throw new AssertionError("a page of what is no record has no schema: say it in api.yaml");
        }
        String name = reference.substring(COMPONENTS.length()) + "Page";
        if (!components.containsKey(name)) {
            ObjectNode page = typed(OBJECT);
            page.put("description", "One page of a list.");
            ObjectNode properties = page.putObject(PROPERTIES);
            ObjectNode items = properties.putObject("items").put(TYPE, "array");
            items.put("description", comments.of(Page.class).of("items"));
            items.set("items", item);
            properties
                    .putObject("next")
                    .put(TYPE, STRING)
                    .put("description", "The value of `after` that asks for the following page; absent on the last.");
            page.putArray(REQUIRED).add("items");
            components.put(name, page);
        }
        return refer(name);
    }

    private ObjectNode reference(Class<?> type, Way way) {
        String name = name(type);
        Class<?> before = owners.putIfAbsent(name, type);
        if (before != null && before != type) {
            throw new AssertionError(before + " and " + type + " would both be called " + name + ": rename one");
        }
        // A record that goes both ways has two forms: what may be left out of it is not the same.
        String key =
                ways.putIfAbsent(name, way) == opposite(way) ? name + (way == Way.READ ? "Input" : "Output") : name;
        if (!components.containsKey(key)) {
            ObjectNode schema = typed(OBJECT);
            // Known before its members are, which may be of the same type.
            components.put(key, schema);
            fill(schema, type, way);
        }
        return refer(key);
    }

    private static Way opposite(Way way) {
        return way == Way.READ ? Way.WRITTEN : Way.READ;
    }

    /** A nested type with its outer one before it, which says of what it is the answer or the request. */
    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == null
                ? type.getSimpleName()
                : outer.getSimpleName().replaceAll("Controller$", "") + "." + type.getSimpleName();
    }

    private void fill(ObjectNode schema, Class<?> type, Way way) {
        describe(schema, comments.of(type).summary());
        ObjectNode properties = schema.putObject(PROPERTIES);
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        members(type, way, true, properties, required);
        if (!required.isEmpty()) {
            schema.set(REQUIRED, required);
        }
        JsonIgnoreProperties ignored = type.getAnnotation(JsonIgnoreProperties.class);
        if (way == Way.READ) {
            schema.put("additionalProperties", ignored != null && ignored.ignoreUnknown());
        }
    }

    private void members(Class<?> type, Way way, boolean always, ObjectNode properties, ArrayNode required) {
        for (RecordComponent component : type.getRecordComponents()) {
            boolean optional = way == Way.READ ? !isNeeded(component) : mayBeLeftOut(component);
            if (has(component, JsonUnwrapped.class)) {
                members(component.getType(), way, always && !optional, properties, required);
                continue;
            }
            String name = wireName(component);
            properties.set(name, member(component, way, optional));
            if (!optional && always) {
                required.add(name);
            }
        }
    }

    /** Without a number or a truth value nothing is read; what else is missing is null, which validation may refuse. */
    private static boolean isNeeded(RecordComponent component) {
        AnnotatedType type = component.getAnnotatedType();
        return component.getType().isPrimitive()
                || type.isAnnotationPresent(NotNull.class)
                || type.isAnnotationPresent(NotBlank.class);
    }

    /** Null is left out everywhere, what is empty where that is said. */
    private static boolean mayBeLeftOut(RecordComponent component) {
        JsonInclude included = component.getAccessor().getAnnotation(JsonInclude.class);
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || (included != null && included.value() == JsonInclude.Include.NON_EMPTY);
    }

    private ObjectNode member(RecordComponent component, Way way, boolean optional) {
        ObjectNode schema = has(component, JsonRawValue.class) ? object() : of(component.getAnnotatedType(), way);
        if (way == Way.READ && optional) {
            allowNull(schema);
        }
        String words = comments.of(component.getDeclaringRecord()).of(component.getName());
        describe(schema, words.isEmpty() ? notes.member(wireName(component)) : words);
        return schema;
    }

    private static void allowNull(ObjectNode schema) {
        String type = schema.path(TYPE).asString("");
        if (!type.isEmpty()) {
            schema.putArray(TYPE).add(type).add("null");
        } else if (schema.has("$ref")) {
            ObjectNode referred = schema.deepCopy();
            schema.removeAll();
            schema.putArray("anyOf").add(referred).add(typed("null"));
        }
    }

    private static String wireName(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named != null && !named.value().isEmpty()
                ? named.value()
                : component.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static boolean has(RecordComponent component, Class<? extends Annotation> annotation) {
        return component.getAccessor().isAnnotationPresent(annotation);
    }

    /** The limits that validation holds values to. */
    static void constrain(ObjectNode schema, AnnotatedElement type) {
        boolean text = schema.path(TYPE).asString("").equals(STRING);
        if (type.isAnnotationPresent(NotBlank.class) && text) {
            schema.put("minLength", 1);
        }
        Size size = type.getAnnotation(Size.class);
        if (size != null) {
            String what = text ? "Length" : schema.has("items") ? "Items" : "Properties";
            if (size.min() > 0) {
                schema.put("min" + what, size.min());
            }
            if (size.max() < Integer.MAX_VALUE) {
                schema.put("max" + what, size.max());
            }
        }
        Min least = type.getAnnotation(Min.class);
        if (least != null) {
            schema.put("minimum", least.value());
        }
        Max most = type.getAnnotation(Max.class);
        if (most != null) {
            schema.put("maximum", most.value());
        }
        Pattern pattern = type.getAnnotation(Pattern.class);
        if (pattern != null) {
            // Classes of Unicode's are no part of every dialect; what they shut out is said in words.
            if (pattern.regexp().contains("\\p{Cs}")) {
                describe(schema, "No NUL, and no half of a surrogate pair.");
            } else {
                schema.put("pattern", "^(?:" + pattern.regexp() + ")$");
            }
        }
    }

    private static void describe(ObjectNode schema, String words) {
        if (!words.isEmpty()) {
            String before = schema.path("description").asString("");
            schema.put("description", before.isEmpty() ? words : words + " " + before);
        }
    }

    private static ObjectNode refer(String name) {
        return object().put("$ref", COMPONENTS + name);
    }

    private static ObjectNode typed(String type) {
        return object().put(TYPE, type);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
