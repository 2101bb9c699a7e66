package dev.sallyport.statements.intoto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.StatementType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published schemas and the Java model say the same: every member, and which may be left out. */
class SchemaAndModelTest {
    @ParameterizedTest
    @EnumSource(StatementType.class)
    void theSchemaNamesEveryMemberOfTheModelAndRequiresThoseThatAreNotNullable(StatementType type) throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(StatementSchemas.resource(type)))) {
            JsonNode schema = JsonMapper.shared().readTree(in);
            compare(type.predicate(), schema.at("/properties/predicate"), type.shortName());
        }
    }

    private static void compare(Class<?> model, JsonNode schema, String where) {
        Set<String> members = new TreeSet<>();
        Set<String> required = new TreeSet<>();
        for (RecordComponent component : model.getRecordComponents()) {
            String name =
                    model == Proposal.class && component.getName().equals("version") ? "v" : snake(component.getName());
            members.add(name);
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(name);
            }
            JsonNode member = schema.at("/properties/" + name);
            Class<?> nested = recordIn(component.getGenericType());
            if (nested != null && nested.getName().startsWith("dev.sallyport") && !isText(nested)) {
                compare(
                        nested,
                        List.class.isAssignableFrom(component.getType()) ? member.get("items") : member,
                        where + "/" + name);
            }
        }
        assertThat(new TreeSet<>(schema.get("properties").propertyNames()))
                .as(where)
                .isEqualTo(members);
        Set<String> stated = new TreeSet<>();
        schema.get("required").forEach(item -> stated.add(item.stringValue()));
        if (where.endsWith("/issued")) {
            stated.remove("workspace_id");
        }
        assertThat(stated).as(where).isEqualTo(required);
    }

    private static @Nullable Class<?> recordIn(Type type) {
        if (type instanceof Class<?> plain) {
            return plain.isRecord() ? plain : null;
        }
        return type instanceof ParameterizedType generic
                        && generic.getActualTypeArguments()[0] instanceof Class<?> item
                        && item.isRecord()
                ? item
                : null;
    }

    private static boolean isText(Class<?> type) {
        return type == Digest.class || type.getSimpleName().equals("SpiffeId");
    }

    private static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
