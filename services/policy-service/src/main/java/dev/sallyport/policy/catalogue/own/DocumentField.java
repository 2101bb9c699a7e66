package dev.sallyport.policy.catalogue.own;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A place in the document of a tool that may be wrong, with the name by which callers know it.
 *
 * @param path such as {@code argv[1].arg}; empty for the document itself
 * @param name the last member's on the way there; empty for the document itself
 * @param node what stands there
 */
record DocumentField(String path, String name, JsonNode node) {
    /** The document itself. */
    static DocumentField root(ObjectNode document) {
        return new DocumentField("", "", document);
    }

    /** A member, if the object has it. */
    Optional<DocumentField> find(String member) {
        return Optional.ofNullable(object().get(member)).map(found -> new DocumentField(below(member), member, found));
    }

    /** A member that must be there. */
    DocumentField get(String member) {
        return find(member).orElseThrow(() -> ToolRefusedException.invalid(below(member), "is missing"));
    }

    /** The object, with no other members than these. */
    ObjectNode object(Set<String> members) {
        for (String member : object().propertyNames()) {
            if (!members.contains(member)) {
                throw ToolRefusedException.invalid(
                        below(member), "is not known here. Known are: " + String.join(", ", new TreeSet<>(members)));
            }
        }
        return object();
    }

    ObjectNode object() {
        if (!(node instanceof ObjectNode object)) {
            throw refused("must be a JSON object");
        }
        return object;
    }

    List<DocumentField> members() {
        return object().properties().stream()
                .map(member -> new DocumentField(below(member.getKey()), member.getKey(), member.getValue()))
                .toList();
    }

    List<DocumentField> items(int most) {
        if (!node.isArray() || node.size() > most) {
            throw refused("must be a list of at most " + most);
        }
        return IntStream.range(0, node.size())
                .mapToObj(index -> new DocumentField(path + "[" + index + "]", name, node.get(index)))
                .toList();
    }

    String text(int longest) {
        if (!node.isString() || node.stringValue().length() > longest) {
            throw refused("must be a text of at most " + longest + " characters");
        }
        return node.stringValue();
    }

    String text(Pattern form, String rule) {
        if (!node.isString() || !form.matcher(node.stringValue()).matches()) {
            throw refused(rule);
        }
        return node.stringValue();
    }

    boolean truth() {
        if (!node.isBoolean()) {
            throw refused("must be true or false");
        }
        return node.booleanValue();
    }

    long number(long least, long most) {
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < least
                || node.longValue() > most) {
            throw refused("must be a whole number from " + least + " to " + most);
        }
        return node.longValue();
    }

    ToolRefusedException refused(String rule) {
        return ToolRefusedException.invalid(path.isEmpty() ? "body" : path, rule);
    }

    private String below(String member) {
        return path.isEmpty() ? member : path + "." + member;
    }
}
