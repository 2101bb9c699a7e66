package dev.sallyport.skills.manifest;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.statements.WireName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One table of the manifest, read key by key. {@link #end} refuses the keys that nobody has read. */
final class ManifestTable {
    private final ObjectNode node;
    private final String path;
    private final Set<String> read = new HashSet<>();

    ManifestTable(ObjectNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /** Whether the key is there. */
    boolean has(String key) {
        return node.has(key);
    }

    /** A text of this form. */
    String text(String key, Pattern form, String otherwise) throws SkillRefusedException {
        JsonNode value = get(key);
        if (value == null
                || !value.isString()
                || !form.matcher(value.stringValue()).matches()) {
            throw refused(key, otherwise);
        }
        return value.stringValue();
    }

    /** A constant of a closed vocabulary. */
    <E extends Enum<E> & WireName> E word(String key, Class<E> vocabulary) throws SkillRefusedException {
        JsonNode value = get(key);
        if (value == null || !value.isString()) {
            throw refused(key, "must be one of " + words(vocabulary));
        }
        return WireName.find(vocabulary, value.stringValue())
                .orElseThrow(() -> refused(key, "must be one of " + words(vocabulary)));
    }

    private static <E extends Enum<E> & WireName> String words(Class<E> vocabulary) {
        List<String> words = new ArrayList<>();
        for (E constant : vocabulary.getEnumConstants()) {
            words.add(constant.wire());
        }
        return String.join(", ", words);
    }

    /** An integer within these bounds, both included. */
    long number(String key, long least, long most) throws SkillRefusedException {
        JsonNode value = get(key);
        if (value == null
                || !value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw refused(key, "must be an integer from " + least + " to " + most);
        }
        return value.longValue();
    }

    /** A truth value; false if the key is not there. */
    boolean flag(String key) throws SkillRefusedException {
        JsonNode value = get(key);
        if (value != null && !value.isBoolean()) {
            throw refused(key, "must be true or false");
        }
        return value != null && value.booleanValue();
    }

    /** A table, which must be there. */
    ManifestTable table(String key) throws SkillRefusedException {
        if (get(key) instanceof ObjectNode table) {
            return new ManifestTable(table, name(key));
        }
        throw refused(key, "must be a table");
    }

    /** A list of tables; empty if the key is not there. */
    List<ManifestTable> tables(String key, int most) throws SkillRefusedException {
        List<ManifestTable> tables = new ArrayList<>();
        for (JsonNode element : list(key, most)) {
            if (!(element instanceof ObjectNode table)) {
                throw refused(key, "must be a list of tables");
            }
            tables.add(new ManifestTable(table, name(key) + "[" + tables.size() + "]"));
        }
        return tables;
    }

    /** A list of different texts of this form; empty if the key is not there. */
    Set<String> texts(String key, int most, Pattern form, String otherwise) throws SkillRefusedException {
        Set<String> texts = new HashSet<>();
        for (JsonNode element : list(key, most)) {
            if (!element.isString()
                    || !form.matcher(element.stringValue()).matches()
                    || !texts.add(element.stringValue())) {
                throw refused(key, otherwise);
            }
        }
        return texts;
    }

    private Iterable<JsonNode> list(String key, int most) throws SkillRefusedException {
        JsonNode value = get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof ArrayNode array && array.size() <= most) {
            return array;
        }
        throw refused(key, "must be a list of at most " + most);
    }

    /** Refuses what the format does not name. */
    void end() throws SkillRefusedException {
        for (String key : node.propertyNames()) {
            if (!read.contains(key)) {
                throw refused(VisibleName.of(key), "is no key of the format");
            }
        }
    }

    /** A refusal of this key's value. */
    SkillRefusedException refused(String key, String what) {
        return new SkillRefusedException(Refusal.MANIFEST, "skill.toml: " + name(key) + " " + what + ".");
    }

    private @Nullable JsonNode get(String key) {
        read.add(key);
        return node.get(key);
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
