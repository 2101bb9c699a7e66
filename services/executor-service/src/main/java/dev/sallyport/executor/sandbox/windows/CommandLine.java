package dev.sallyport.executor.sandbox.windows;

import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Words as the one text that Windows hands to a program, which takes it apart again by the rules of the C runtime and of
 * CommandLineToArgvW: backslashes are themselves unless a quotation mark follows them.
 */
final class CommandLine {
    /** What CreateProcessW takes, with its NUL. */
    static final int LONGEST = 32_767;

    private CommandLine() {}

    /**
     * The text for a program and its arguments.
     *
     * @throws InvalidInput if it is longer than Windows takes
     */
    static String of(String program, List<String> arguments) {
        if (program.indexOf('"') >= 0) {
            // The first word is taken apart by rules of its own, which know no way to write one.
            throw new IllegalArgumentException("no file of Windows has a quotation mark in its path");
        }
        StringBuilder line = new StringBuilder("\"").append(program).append('"');
        for (String argument : arguments) {
            line.append(' ');
            append(line, argument);
        }
        if (line.length() >= LONGEST) {
            throw new InvalidInput("args: all arguments together are longer than the " + LONGEST
                    + " characters that Windows takes; pass large input as stdin.");
        }
        return line.toString();
    }

    /** Marks are put only where they must be: some programs look for their switches in the text as it is. */
    private static void append(StringBuilder line, String argument) {
        if (!argument.isEmpty() && argument.chars().noneMatch(each -> each <= ' ' || each == '"')) {
            line.append(argument);
            return;
        }
        line.append('"');
        int backslashes = 0;
        for (int at = 0; at < argument.length(); at++) {
            char each = argument.charAt(at);
            if (each == '\\') {
                backslashes++;
                continue;
            }
            line.repeat('\\', each == '"' ? 2 * backslashes + 1 : backslashes);
            backslashes = 0;
            line.append(each);
        }
        line.repeat('\\', 2 * backslashes).append('"');
    }

    /** A block of variables: in the order of their names whatever their case, each with a NUL, and one more at the end. */
    static String environment(Map<String, String> variables) {
        TreeMap<String, String> sorted =
                new TreeMap<>((one, other) -> one.toUpperCase(Locale.ROOT).compareTo(other.toUpperCase(Locale.ROOT)));
        sorted.putAll(variables);
        StringBuilder block = new StringBuilder();
        sorted.forEach(
                (name, value) -> block.append(name).append('=').append(value).append('\0'));
        return block.append(variables.isEmpty() ? "\0" : "").append('\0').toString();
    }
}
