package dev.sallyport.cli.output;

import java.util.Locale;

/**
 * Makes text that somebody else wrote safe to show on a terminal. Agents choose arguments, reasons and names; an escape
 * sequence could repaint the screen, a bidirectional override could show one command and mean another (CVE-2021-42574),
 * an invisible character could make two names look alike. Every such character is shown as {@code \}{@code u{HEX}}.
 */
public final class VisibleText {
    private VisibleText() {}

    /** The text on one line: line breaks and tabs become visible too. */
    public static String oneLine(String text) {
        StringBuilder visible = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> append(visible, point));
        return visible.toString();
    }

    /**
     * The text with its line breaks, every line after a prefix of ours, so that no line of it can pass for a line of
     * this program.
     */
    public static String block(String text, String prefix) {
        StringBuilder visible = new StringBuilder(text.length() + 64);
        text.lines().forEach(line -> {
            visible.append(prefix);
            line.codePoints().forEach(point -> {
                if (point == '\t') {
                    visible.append("    ");
                } else {
                    append(visible, point);
                }
            });
            visible.append('\n');
        });
        return visible.toString();
    }

    private static void append(StringBuilder visible, int point) {
        switch (point) {
            case '\n' -> visible.append("\\n");
            case '\r' -> visible.append("\\r");
            case '\t' -> visible.append("\\t");
            default -> {
                if (isHarmless(point)) {
                    visible.appendCodePoint(point);
                } else {
                    visible.append("\\u{")
                            .append(Integer.toHexString(point).toUpperCase(Locale.ROOT))
                            .append('}');
                }
            }
        }
    }

    private static boolean isHarmless(int point) {
        if ((point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0100 && point <= 0xE01EF)) {
            return false; // variation selectors: category Mn, yet invisible
        }
        if (point == 0x115F || point == 0x1160 || point == 0x3164 || point == 0xFFA0 || point == 0x2800) {
            return false; // letters and symbols that are drawn as nothing
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }
}
