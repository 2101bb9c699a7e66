package dev.sallyport.approval.console;

import dev.sallyport.pages.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What came out of a call, as a page draws it. Programs write what they like, so all of it is text from outside.
 *
 * @param parts standard output, standard error and the tool's value, as far as there are any
 * @param note what to say about it; empty when there is nothing to say
 */
record CallOutput(List<Part> parts, String note) {
    /** Nothing is kept, or this reader may not read it. */
    static final CallOutput NONE = new CallOutput(
            List.of(), "Its output is not shown: none is kept any more, or your roles do not let you read it.");

    /** It could not be asked for. */
    static final CallOutput AWAY = new CallOutput(
            List.of(), "Its output cannot be shown now: policy-service does not answer. Load the page again.");

    /**
     * One text.
     *
     * @param label what it is
     * @param text what was written
     * @param remark what the text is not: empty, or that it is encoded or incomplete
     */
    record Part(String label, VisibleText text, String remark) {}

    static CallOutput of(JsonNode result, boolean whole) {
        List<Part> parts = new ArrayList<>();
        add(parts, result, "stdout", "Standard output", whole);
        add(parts, result, "stderr", "Standard error", whole);
        JsonNode value = result.path("value");
        if (!value.isMissingNode()) {
            String text = value.isString() ? value.stringValue() : value.toString();
            parts.add(new Part("Value", visible(text, whole), ""));
        }
        return new CallOutput(parts, parts.isEmpty() ? "It wrote nothing." : "");
    }

    private static void add(List<Part> parts, JsonNode result, String name, String label, boolean whole) {
        String text = result.path(name).asString("");
        if (!text.isEmpty()) {
            parts.add(new Part(label, visible(text, whole), remark(result, name)));
        }
    }

    private static String remark(JsonNode result, String name) {
        List<String> remarks = new ArrayList<>();
        if (result.path(name + "_encoding").asString("").equals("base64")) {
            remarks.add("It is no text, and shown in base64.");
        }
        if (result.path(name + "_truncated").asBoolean(false)) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "A part of its %,d bytes is kept.",
                    result.path(name + "_bytes").asLong(0)));
        }
        return String.join(" ", remarks);
    }

    private static VisibleText visible(String text, boolean whole) {
        return whole ? VisibleText.whole(text) : VisibleText.of(text);
    }

    /** What the marks in it stand for: the characters' names by their marks. */
    public Map<String, String> marks() {
        return VisibleText.marks(parts.stream().map(Part::text));
    }
}
