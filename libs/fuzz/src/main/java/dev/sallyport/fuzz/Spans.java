package dev.sallyport.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Finds the parts of an input that a mutation keeps whole: JSON values, numbers, base64, lines. Knows no format fully. */
final class Spans {
    /** A part of an input: {@code from} inclusive, {@code to} exclusive. */
    record Span(int from, int to) {
        int length() {
            return to - from;
        }
    }

    private interface Kind {
        @Nullable
        Span at(byte[] bytes, int from);
    }

    private Spans() {}

    /** A JSON value, or what looks like one: an object, an array, a string, a number, a word. */
    static @Nullable Span value(byte[] bytes, RandomGenerator random) {
        return any(bytes, random, Spans::valueAt);
    }

    /** A run of decimal digits. */
    static @Nullable Span number(byte[] bytes, RandomGenerator random) {
        return any(bytes, random, (all, from) -> run(all, from, 1, Spans::isDigit));
    }

    /** A run of base64 of at least 16 characters whose length is a multiple of four. */
    static @Nullable Span base64(byte[] bytes, RandomGenerator random) {
        return any(bytes, random, (all, from) -> {
            Span span = run(all, from, 16, Spans::isBase64);
            return span == null || span.length() % 4 != 0 ? null : span;
        });
    }

    /** A line with its newline. */
    static Span line(byte[] bytes, RandomGenerator random) {
        int at = random.nextInt(bytes.length);
        int from = at;
        while (from > 0 && bytes[from - 1] != '\n') {
            from--;
        }
        int to = at;
        while (to < bytes.length - 1 && bytes[to] != '\n') {
            to++;
        }
        return new Span(from, to + 1);
    }

    /** The first of the kind at or after a random place, looking around the end once. */
    private static @Nullable Span any(byte[] bytes, RandomGenerator random, Kind kind) {
        int start = random.nextInt(bytes.length);
        List<Integer> starts = new ArrayList<>(List.of(start, 0));
        for (int begin : starts) {
            int end = Math.min(bytes.length, begin + 4_096);
            for (int at = begin; at < end; at++) {
                Span span = kind.at(bytes, at);
                if (span != null) {
                    return span;
                }
            }
        }
        return null;
    }

    private static @Nullable Span valueAt(byte[] bytes, int from) {
        byte first = bytes[from];
        if (first == '"') {
            return new Span(from, endOfText(bytes, from));
        }
        if (first == '{' || first == '[') {
            int depth = 0;
            for (int at = from; at < bytes.length; at++) {
                if (bytes[at] == '"') {
                    at = endOfText(bytes, at) - 1;
                } else if (bytes[at] == '{' || bytes[at] == '[') {
                    depth++;
                } else if ((bytes[at] == '}' || bytes[at] == ']') && --depth == 0) {
                    return new Span(from, at + 1);
                }
            }
            return null;
        }
        return run(bytes, from, 1, b -> isDigit(b) || (b >= 'a' && b <= 'z') || b == '-' || b == '.');
    }

    private static int endOfText(byte[] bytes, int quote) {
        for (int at = quote + 1; at < bytes.length; at++) {
            if (bytes[at] == '\\') {
                at++;
            } else if (bytes[at] == '"') {
                return at + 1;
            }
        }
        return bytes.length;
    }

    private interface ByteTest {
        boolean test(byte b);
    }

    /** The whole run that starts here; null within a run, so that each is found once. */
    private static @Nullable Span run(byte[] bytes, int from, int atLeast, ByteTest test) {
        if (!test.test(bytes[from]) || (from > 0 && test.test(bytes[from - 1]))) {
            return null;
        }
        int to = from;
        while (to < bytes.length && test.test(bytes[to])) {
            to++;
        }
        return to - from < atLeast ? null : new Span(from, to);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isBase64(byte b) {
        return isDigit(b) || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '+' || b == '/' || b == '=';
    }
}
