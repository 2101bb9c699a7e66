package dev.sallyport.pages.text;

import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Text from outside, cut into pieces so that nothing in it can hide or pose as something else: control characters,
 * invisible ones, bidirectional controls and look-alikes each become a mark of their own that names the code point.
 *
 * <p>The pieces, read one after the other, hold every code point of the original in its logical order; a long run of one
 * marked character is a single piece that says how often it stands there, so that three hundred line breaks hide nothing
 * behind them. The page puts
 * them into elements whose direction is overridden, so that right-to-left letters cannot reorder their neighbours
 * either (Unicode Technical Report 36, section 3.4).
 *
 * @param pieces in logical order, never two plain ones in a row
 */
public record VisibleText(List<Piece> pieces) {
    /** Code points of one text that are shown before it is cut. */
    static final int SHOWN = 4_000;

    /** More kinds of marks than this are not named. */
    private static final int MOST_MARKS = 40;

    /** So many marks of one character in a row stand one by one; more are counted. */
    private static final int RUN = 4;

    /** Of a cut text, so many code points at its end are shown after the cut. */
    private static final int TAIL = 500;

    /** Copies the list. */
    public VisibleText {
        pieces = List.copyOf(pieces);
    }

    /**
     * One stretch of the text.
     *
     * @param kind how it is to be drawn
     * @param text what to draw: the text itself when plain, else what stands for the character
     * @param title the character's Unicode name and what it imitates; of a cut, how much is left out; empty when plain
     */
    public record Piece(Kind kind, String text, String title) {
        /** Before the count of a long run. */
        private static final String TIMES = " ×";

        /** The style class that draws it. */
        public String style() {
            return kind.style;
        }

        /** The mark alone, however often it stands there. */
        public String mark() {
            int times = text.indexOf(TIMES);
            return plain() || times < 0 ? text : text.substring(0, times);
        }

        private Piece times(int count) {
            return new Piece(kind, text + TIMES + String.format(Locale.ROOT, "%,d", count), title);
        }

        /** Whether a line ends after it. */
        public boolean endsLine() {
            return kind == Kind.LINE_END;
        }

        /** Whether it stands where text was left out. */
        public boolean cut() {
            return kind == Kind.CUT;
        }

        /** Whether it is drawn as it is. */
        public boolean plain() {
            return kind == Kind.PLAIN;
        }
    }

    /** Why a piece is marked. */
    public enum Kind {
        /** Not marked. */
        PLAIN("vt-plain"),
        /** A line break, which also breaks the line. */
        LINE_END("vt-control"),
        /** Any other control character. */
        CONTROL("vt-control"),
        /** Draws nothing, or a space that is none. */
        INVISIBLE("vt-invisible"),
        /** Changes the order in which neighbours are drawn. */
        BIDI("vt-bidi"),
        /** Looks like another, more usual character. */
        LOOKALIKE("vt-lookalike"),
        /** Has no agreed meaning: unassigned, private, half of a pair. */
        UNKNOWN("vt-invisible"),
        /** Where text was left out. */
        CUT("vt-cut");

        private final String style;

        Kind(String style) {
            this.style = style;
        }
    }

    /** The visible form of this text; longer ones are cut in the middle, with size and SHA-256 of the whole. */
    public static VisibleText of(String text) {
        int length = text.codePointCount(0, text.length());
        if (length <= SHOWN) {
            return new VisibleText(mark(text));
        }
        int head = text.offsetByCodePoints(0, SHOWN - TAIL);
        int tail = text.offsetByCodePoints(text.length(), -TAIL);
        byte[] whole = text.getBytes(StandardCharsets.UTF_8);
        List<Piece> pieces = new ArrayList<>(mark(text.substring(0, head)));
        pieces.add(new Piece(
                Kind.CUT,
                String.format(
                        Locale.ROOT,
                        "%,d characters not shown; the whole has %,d bytes and SHA-256 %s",
                        length - SHOWN,
                        whole.length,
                        Digest.of(whole)),
                String.format(Locale.ROOT, "%,d more characters", length - SHOWN)));
        pieces.addAll(mark(text.substring(tail)));
        return new VisibleText(pieces);
    }

    /** The visible form of this text, however long it is. */
    public static VisibleText whole(String text) {
        return new VisibleText(mark(text));
    }

    /** Whether a part of it was left out. */
    public boolean cut() {
        return pieces.stream().anyMatch(Piece::cut);
    }

    /** How much was left out, in words; empty when nothing was. */
    public String leftOut() {
        return pieces.stream().filter(Piece::cut).map(Piece::title).findFirst().orElse("");
    }

    /** Whether anything in it is marked, apart from line breaks. */
    public boolean suspicious() {
        return pieces.stream().anyMatch(piece -> !piece.plain() && !piece.endsLine() && !piece.cut());
    }

    /** The pieces' texts in a row, marks in brackets: the form for a terminal and for digests. */
    public String flat() {
        StringBuilder flat = new StringBuilder();
        for (Piece piece : pieces) {
            if (piece.plain()) {
                flat.append(piece.text());
            } else {
                flat.append('[').append(piece.text()).append(']');
            }
        }
        return flat.toString();
    }

    /** What each mark stands for, in the order of their first appearance: its name by the mark. */
    public Map<String, String> marks() {
        Map<String, String> marks = new LinkedHashMap<>();
        for (Piece piece : pieces) {
            if (!piece.plain() && !piece.cut()) {
                marks.putIfAbsent(piece.mark(), piece.title());
            }
        }
        return marks;
    }

    /** What the marks of these texts stand for: names by marks, at most {@value #MOST_MARKS} of them. */
    public static Map<String, String> marks(Stream<VisibleText> texts) {
        Map<String, String> marks = new LinkedHashMap<>();
        texts.flatMap(text -> text.marks().entrySet().stream())
                .takeWhile(_ -> marks.size() < MOST_MARKS)
                .forEach(mark -> marks.putIfAbsent(mark.getKey(), mark.getValue()));
        return marks;
    }

    private static List<Piece> mark(String text) {
        return counted(pieces(text));
    }

    /** Long runs of one mark as one piece each. */
    private static List<Piece> counted(List<Piece> pieces) {
        List<Piece> counted = new ArrayList<>();
        for (int at = 0; at < pieces.size(); ) {
            Piece piece = pieces.get(at);
            int end = at + 1;
            while (!piece.plain() && end < pieces.size() && pieces.get(end).equals(piece)) {
                end++;
            }
            if (end - at > RUN) {
                counted.add(piece.times(end - at));
            } else {
                counted.addAll(pieces.subList(at, end));
            }
            at = end;
        }
        return counted;
    }

    private static List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        int previous = -1;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            int next = at + Character.charCount(point);
            boolean atEdge = previous == -1 || previous == '\n' || next == text.length() || text.charAt(next) == '\n';
            Piece mark = CharacterMarks.of(point, atEdge || previous == ' ');
            if (mark == null) {
                plain.appendCodePoint(point);
            } else {
                if (!plain.isEmpty()) {
                    pieces.add(new Piece(Kind.PLAIN, plain.toString(), ""));
                    plain.setLength(0);
                }
                pieces.add(mark);
            }
            previous = point;
            at = next;
        }
        if (!plain.isEmpty()) {
            pieces.add(new Piece(Kind.PLAIN, plain.toString(), ""));
        }
        return pieces;
    }
}
