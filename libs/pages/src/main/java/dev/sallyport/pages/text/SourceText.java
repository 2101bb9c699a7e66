package dev.sallyport.pages.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A source text as people confirm it: every line of it, numbered, each made visible. Only the spaces at the beginning of a
 * line are drawn as what they are.
 *
 * @param lines in their order
 */
public record SourceText(List<Line> lines) {
    /** Copies the list. */
    public SourceText {
        lines = List.copyOf(lines);
    }

    /**
     * A line.
     *
     * @param number from 1
     * @param indent spaces
     * @param text what follows them
     */
    public record Line(int number, String indent, VisibleText text) {}

    /** All lines of this text. */
    public static SourceText of(String text) {
        List<Line> lines = new ArrayList<>();
        // A line feed at the end ends the last line and begins none.
        String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        for (String line : whole.split("\n", -1)) {
            int spaces = 0;
            while (spaces < line.length() && line.charAt(spaces) == ' ') {
                spaces++;
            }
            String rest = line.substring(spaces);
            // Spaces alone could not be seen.
            boolean blank = rest.isEmpty();
            lines.add(new Line(
                    lines.size() + 1, blank ? "" : line.substring(0, spaces), VisibleText.whole(blank ? line : rest)));
        }
        return new SourceText(lines);
    }

    /** Whether anything in it is marked. */
    public boolean suspicious() {
        return lines.stream().anyMatch(line -> line.text().suspicious());
    }

    /** What its marks stand for: names by marks. */
    public Map<String, String> marks() {
        return VisibleText.marks(texts());
    }

    private Stream<VisibleText> texts() {
        return lines.stream().map(Line::text);
    }
}
