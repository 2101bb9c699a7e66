package dev.sallyport.statements;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.trust.SpiffeId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.StdSerializer;

/** How statements are mapped between Java and JSON. */
public final class StatementJson {
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC)
            .withResolverStyle(ResolverStyle.STRICT);

    /** Refuses fields it does not know: for permits and everything that is acted on. */
    public static final JsonMapper STRICT = mapper(true);

    /** Passes over fields it does not know: version 1 only gains optional ones. */
    public static final JsonMapper TOLERANT = mapper(false);

    private StatementJson() {}

    /** The canonical JSON bytes (RFC 8785) of a value of the statement model. */
    public static byte[] canonical(Object value) {
        return CanonicalJson.write(STRICT.valueToTree(value));
    }

    /** A value of the statement model as JSON. */
    public static ObjectNode tree(Object value) {
        return STRICT.valueToTree(value);
    }

    /** RFC 3339 in UTC with exactly three digits of the second's fraction. */
    public static String format(Instant instant) {
        return MILLIS.format(instant);
    }

    /** Now or any instant as statements carry it: cut to milliseconds. */
    public static Instant toMillis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    private static JsonMapper mapper(boolean strict) {
        SimpleModule module = new SimpleModule("statements");
        text(module, Digest.class, Digest::hex, Digest::new);
        text(module, SpiffeId.class, SpiffeId::toString, SpiffeId::parse);
        text(module, Instant.class, StatementJson::format, StatementJson::instant);
        return JsonMapper.builder()
                .addModule(module)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .configure(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES, false)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .build();
    }

    private static Instant instant(String text) {
        Instant instant = MILLIS.parse(text, Instant::from);
        if (!format(instant).equals(text)) {
            throw new DateTimeException("not RFC 3339 in UTC with milliseconds");
        }
        return instant;
    }

    private static <T> void text(
            SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
        module.addSerializer(type, new StdSerializer<T>(type) {
            @Override
            public void serialize(T value, JsonGenerator generator, SerializationContext context) {
                generator.writeString(write.apply(value));
            }
        });
        module.addDeserializer(type, new StdDeserializer<T>(type) {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) {
                String text = parser.getString();
                try {
                    return read.apply(text == null ? "" : text);
                } catch (IllegalArgumentException | DateTimeException e) {
                    throw new InvalidFormatException(parser, "not a " + type.getSimpleName(), text, type);
                }
            }
        });
    }
}
