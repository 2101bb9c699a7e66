package dev.sallyport.approval.prompt;

import dev.sallyport.statements.prompt.Prompt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a call runs, in one line: a program with its arguments as a shell would be given them, and of other tools each
 * argument with its name, the short ones first. It tells calls apart in a list. Only the exact text is what somebody
 * approves.
 */
public final class CommandLine {
    /** Code points of a line that a list shows. */
    public static final int SHOWN = 200;

    /** One more than is shown, so that a list can say that there is more. */
    private static final int KEPT = SHOWN + 1;

    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private CommandLine() {}

    /** The line's first {@value #SHOWN} code points and one more; what PostgreSQL cannot store is replaced by U+FFFD. */
    public static String of(Prompt prompt) {
        JsonNode arguments = prompt.tool().arguments();
        String line = String.join(" ", arguments.path("executable").isString() ? program(arguments) : named(arguments));
        int end = line.offsetByCodePoints(0, Math.min(KEPT, line.codePointCount(0, line.length())));
        return line.substring(0, end)
                .codePoints()
                .map(point -> point == 0 || Character.getType(point) == Character.SURROGATE ? 0xfffd : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static List<String> program(JsonNode arguments) {
        List<String> words = new ArrayList<>();
        words.add(quoted(arguments.path("executable").stringValue()));
        arguments.path("args").forEach(argument -> words.add(value(argument)));
        return words;
    }

    private static List<String> named(JsonNode arguments) {
        return arguments.properties().stream()
                .map(argument -> Map.entry(argument.getKey(), value(argument.getValue())))
                .sorted(Comparator.comparingInt(argument -> argument.getValue().length()))
                .map(argument -> argument.getKey() + "=" + argument.getValue())
                .toList();
    }

    private static String value(JsonNode value) {
        return value.isString() ? quoted(value.stringValue()) : value.toString();
    }

    private static String quoted(String word) {
        return BARE.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
