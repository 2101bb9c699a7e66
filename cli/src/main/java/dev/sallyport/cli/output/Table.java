package dev.sallyport.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in aligned columns. Every title and cell passes {@link VisibleText}. */
final class Table {
    private static final int WIDEST_CELL = 72;
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these column titles. */
    Table(String... header) {
        this.header = Arrays.stream(header).map(VisibleText::oneLine).toList();
    }

    /** Adds a row; it has as many cells as the header. */
    Table row(String... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException("a row has as many cells as the header");
        }
        List<String> visible = new ArrayList<>(cells.length);
        for (String cell : cells) {
            String line = VisibleText.oneLine(cell);
            // Nothing stands behind the last one.
            visible.add(visible.size() == cells.length - 1 ? line : cut(line));
        }
        rows.add(visible);
        return this;
    }

    /** The table with a line break after every row; the last column is not padded. */
    String render() {
        int[] widths = new int[header.size()];
        measure(widths, header);
        rows.forEach(row -> measure(widths, row));
        StringBuilder text = new StringBuilder();
        line(text, widths, header);
        rows.forEach(row -> line(text, widths, row));
        return text.toString();
    }

    private static void measure(int[] widths, List<String> row) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], length(row.get(i)));
        }
    }

    private static void line(StringBuilder text, int[] widths, List<String> row) {
        for (int i = 0; i < widths.length; i++) {
            text.append(row.get(i));
            if (i < widths.length - 1) {
                text.repeat(' ', widths[i] - length(row.get(i)) + 2);
            }
        }
        while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
        text.append('\n');
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static String cut(String cell) {
        return length(cell) <= WIDEST_CELL
                ? cell
                : cell.substring(0, cell.offsetByCodePoints(0, WIDEST_CELL - 1)) + "…";
    }
}
