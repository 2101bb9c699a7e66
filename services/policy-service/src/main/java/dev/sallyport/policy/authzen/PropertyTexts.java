package dev.sallyport.policy.authzen;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Properties as policies see them: the text {@code name=value} for each, {@code outer.inner=value} within an object, one
 * text for each member of a list, nothing for null. Cedar's schema cannot know the names of others, so a policy asks for
 * a text.
 */
final class PropertyTexts {
    private final Set<String> texts = new HashSet<>();

    private PropertyTexts() {}

    /**
     * The texts.
     *
     * @throws UnusablePropertiesException for a name that is empty or holds {@code =} or {@code .}, by which one property
     *     could pass for another, and for a list of lists or objects
     */
    static Set<String> of(@Nullable ObjectNode properties) throws UnusablePropertiesException {
        PropertyTexts all = new PropertyTexts();
        if (properties != null) {
            all.members("", properties);
        }
        return Set.copyOf(all.texts);
    }

    private void members(String before, JsonNode object) throws UnusablePropertiesException {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            String name = member.getKey();
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('.') >= 0) {
                throw new UnusablePropertiesException();
            }
            JsonNode value = member.getValue();
            if (value.isObject()) {
                members(before + name + ".", value);
            } else if (value.isArray()) {
                for (JsonNode each : value) {
                    scalar(before + name, each);
                }
            } else {
                scalar(before + name, value);
            }
        }
    }

    private void scalar(String name, JsonNode value) throws UnusablePropertiesException {
        if (value.isContainer()) {
            throw new UnusablePropertiesException();
        }
        if (!value.isNull()) {
            texts.add(name + "=" + value.asString());
        }
    }
}
