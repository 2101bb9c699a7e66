package dev.sallyport.servicetest.api;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A document as a page for people: every operation with what it takes, what it answers, and its example. */
final class ReferencePage {
    private final StringBuilder page = new StringBuilder();

    private final JsonNode document;

    private ReferencePage(JsonNode document) {
        this.document = document;
    }

    /** The page of the service of that name. */
    static String of(String name, JsonNode document) {
        ReferencePage page = new ReferencePage(document);
        page.line("# " + name);
        page.line(document.path("info").path("description").asString());
        page.line("Written from [" + name + ".json](" + name
                + ".json) by `bin/api`. [All services](README.md); what each code means is in"
                + " [problems.md](../problems.md).");
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> page.operation(
                                operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue())));
        return page.page.toString().stripTrailing() + "\n";
    }

    private void operation(String method, String path, JsonNode operation) {
        line("## `" + method + " " + path + "`");
        line(operation.path("summary").asString() + " "
                + operation.path("description").asString());
        List<JsonNode> parameters = operation.path("parameters").valueStream().toList();
        if (!parameters.isEmpty()) {
            line("| parameter | in | holds |\n| --- | --- | --- |\n"
                    + parameters.stream().map(ReferencePage::row).collect(Collectors.joining("\n")));
        }
        operation.path("requestBody").path("content").properties().forEach(media -> {
            body("Takes `" + media.getKey() + "`.", media.getValue());
            members(resolved(media.getValue().path("schema")));
        });
        operation.path("responses").properties().stream()
                .filter(answer -> !answer.getValue().has(Answers.CODES))
                .forEach(answer -> answer(answer.getKey(), answer.getValue()));
        line(operation.path("responses").properties().stream()
                .filter(answer -> answer.getValue().has(Answers.CODES))
                .map(answer -> answer.getKey() + " " + codes(answer.getValue()))
                .collect(Collectors.joining("; ", "Refuses with ", ".")));
    }

    private static String codes(JsonNode answer) {
        return answer.path(Answers.CODES)
                .valueStream()
                .map(code -> "`" + code.asString() + "`")
                .collect(Collectors.joining(", "));
    }

    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty()
                ? schema
                : document.path("components").path("schemas").path(reference.replaceAll(".*/", ""));
    }

    /** What a request is made of, with its limits. */
    private void members(JsonNode schema) {
        if (!schema.path("properties").isEmpty()) {
            line("| member | is | holds |\n| --- | --- | --- |\n"
                    + schema.path("properties").properties().stream()
                            .map(member -> "| `%s`%s | %s | %s |"
                                    .formatted(
                                            member.getKey(),
                                            schema.path("required")
                                                            .valueStream()
                                                            .anyMatch(needed -> needed.asString()
                                                                    .equals(member.getKey()))
                                                    ? ""
                                                    : ", optional",
                                            limits(member.getValue()),
                                            cell(member.getValue()
                                                    .path("description")
                                                    .asString(""))))
                            .collect(Collectors.joining("\n")));
        }
    }

    /** A schema in one line: all but its words. */
    private static String limits(JsonNode schema) {
        return schema.properties().stream()
                .filter(keyword -> !keyword.getKey().equals("description"))
                .map(keyword -> keyword.getKey().equals("type")
                        ? cell((keyword.getValue().isArray()
                                        ? keyword.getValue().get(0)
                                        : keyword.getValue())
                                .asString())
                        : "`" + cell(keyword.getKey() + " " + keyword.getValue()) + "`")
                .collect(Collectors.joining(", "));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String row(JsonNode parameter) {
        return "| `%s`%s | %s | %s |"
                .formatted(
                        parameter.path("name").asString(),
                        parameter.path("required").asBoolean(false) ? "" : ", optional",
                        parameter.path("in").asString(),
                        cell(parameter.path("description").asString()));
    }

    private void answer(String status, JsonNode answer) {
        String words = "Answers " + status + ": " + answer.path("description").asString();
        JsonNode content = answer.path("content");
        if (content.isEmpty()) {
            line(words);
        }
        content.properties().forEach(media -> body(words + " `" + media.getKey() + "`.", media.getValue()));
    }

    private void body(String words, JsonNode media) {
        String schema = media.path("schema").path("$ref").asString("").replaceAll(".*/", "");
        line(schema.isEmpty() ? words : words + " Schema `" + schema + "`.");
        if (media.path("example").isObject()) {
            line("```json\n" + ApiDocument.text(media.path("example")) + "```");
        }
    }

    private void line(String text) {
        page.append(text.stripTrailing()).append("\n\n");
    }
}
