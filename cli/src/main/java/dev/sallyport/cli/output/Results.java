package dev.sallyport.cli.output;

import java.io.PrintStream;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prints what commands have to say, in one form for all of them. Results go to standard output: a list as a table, an
 * object as lines of name and value, what is watched as one line for each change; as JSON, a list is
 * {@code {items, next}} and an object what the service answered. What only accompanies a result goes to standard error.
 */
public final class Results {
    private final PrintStream out;
    private final PrintStream err;
    private final OutputFormat format;

    /** Prints results to {@code out} in that format. */
    public Results(PrintStream out, PrintStream err, OutputFormat format) {
        this.out = out;
        this.err = err;
        this.format = format;
    }

    /**
     * Prints a page of a list.
     *
     * @param answer {@code {items, next}}; a list under another name, or without one, is printed as that too
     * @param nothing the sentence for people when the page is empty
     */
    public void list(JsonNode answer, Columns columns, String nothing) {
        JsonNode page = page(answer);
        if (json()) {
            out.println(Json.write(page));
            return;
        }
        JsonNode items = page.path("items");
        if (items.isEmpty()) {
            out.println(nothing);
        } else {
            out.print(columns.table(items));
        }
        String next = Json.text(page, "next");
        if (!next.isEmpty()) {
            note("There are more: add --after " + next);
        }
    }

    /** Prints an object with all its fields. */
    public void object(JsonNode object) {
        object(object, fields -> new Lines().object(fields));
    }

    /** Prints an object; people see it in this form. */
    public <T extends JsonNode> void object(T object, Function<? super T, ?> form) {
        if (json()) {
            out.println(Json.write(object));
        } else {
            out.print(form.apply(object));
        }
    }

    /** Prints one change of what is watched: JSON on one line, or this line for people, unless it is empty. */
    public void change(JsonNode change, String line) {
        if (json()) {
            out.println(Json.line(change));
        } else if (!line.isEmpty()) {
            out.println(VisibleText.oneLine(line));
        }
        out.flush();
    }

    /** Shows people where the changes have led. Scripts have the last change. */
    public void afterChanges(Supplier<?> form) {
        if (!json()) {
            out.print(form.get());
        }
    }

    /** Tells people how it goes on, or what to do next. Scripts do not see it. */
    public void note(String sentence) {
        if (!json()) {
            err.println(VisibleText.oneLine(sentence));
        }
    }

    /** Tells everybody about something that is wrong although the command goes on. */
    public void warning(String sentence) {
        err.println("sallyport: " + VisibleText.oneLine(sentence));
    }

    /** Tells why the command ended: the sentence for people, the document for scripts. */
    public void failure(String sentence, JsonNode document) {
        if (json()) {
            err.println(Json.write(document));
        } else {
            warning(sentence);
        }
    }

    private static JsonNode page(JsonNode answer) {
        if (answer.has("items")) {
            return answer;
        }
        ObjectNode page = Json.mapper().createObjectNode();
        if (answer.isArray()) {
            return page.set("items", answer);
        }
        answer.properties().forEach(field -> {
            boolean list = field.getValue().isArray() && !page.has("items");
            page.set(list ? "items" : field.getKey(), field.getValue());
        });
        return page;
    }

    private boolean json() {
        return format == OutputFormat.json;
    }
}
