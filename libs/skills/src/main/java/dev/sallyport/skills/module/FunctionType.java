package dev.sallyport.skills.module;

import java.util.List;

/**
 * What a function takes and gives.
 *
 * @param parameters value types, like {@code i32}
 * @param results value types
 */
record FunctionType(List<String> parameters, List<String> results) {
    FunctionType {
        parameters = List.copyOf(parameters);
        results = List.copyOf(results);
    }

    /** Reads it from its text, like {@code i32 i32 -> i64}. */
    static FunctionType of(String text) {
        int arrow = text.indexOf("->");
        return new FunctionType(words(text.substring(0, arrow)), words(text.substring(arrow + 2)));
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(" "));
    }

    @Override
    public String toString() {
        return (String.join(" ", parameters) + " -> " + String.join(" ", results)).strip();
    }
}
