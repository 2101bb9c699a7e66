package dev.sallyport.cli.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * An example of a command's help: a line of its footer that is indented by two spaces and calls {@code sallyport}. Behind
 * five spaces a remark in brackets may follow.
 *
 * @param line as a shell takes it
 */
public record Example(String line) {
    private static final String INDENT = "  ";

    /** Those of a command. */
    public static List<Example> of(CommandSpec command) {
        List<String> whole = new ArrayList<>();
        for (String line : Arrays.asList(command.usageMessage().footer())) {
            int last = whole.size() - 1;
            if (last >= 0 && whole.get(last).endsWith("\\")) {
                String begun = whole.get(last);
                whole.set(last, begun.substring(0, begun.length() - 1) + line.strip());
            } else {
                whole.add(line);
            }
        }
        return whole.stream()
                .filter(line -> line.startsWith(INDENT) && line.contains("sallyport "))
                .map(line -> new Example(line.replaceFirst(" {5}\\(.*\\)$", "").strip()))
                .toList();
    }

    @Override
    public String toString() {
        return line;
    }
}
