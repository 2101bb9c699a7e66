package dev.sallyport.fuzz;

import dev.sallyport.fuzz.Spans.Span;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Damages inputs in the ways that parsers trip over. Half of the mutations know bytes only; the others know JSON values,
 * numbers, lines and base64, and keep the rest of the input well formed so that deeper checks are reached.
 */
final class Mutator {
    private final RandomGenerator random;
    private final List<byte[]> dictionary;
    private final int longest;

    Mutator(RandomGenerator random, List<byte[]> dictionary, int longest) {
        this.random = random;
        this.dictionary = dictionary;
        this.longest = longest;
    }

    /** One to four changes; {@code other} lends material for splices. */
    byte[] mutate(byte[] input, byte[] other) {
        byte[] mutated = input;
        for (int changes = 1 + Math.min(random.nextInt(4), random.nextInt(4)); changes > 0; changes--) {
            mutated = once(mutated, other, true);
        }
        return mutated.length > longest ? Arrays.copyOf(mutated, longest) : mutated;
    }

    private byte[] once(byte[] bytes, byte[] other, boolean intoBase64) {
        if (bytes.length == 0) {
            return token();
        }
        int at = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(1 + random.nextInt(64)));
        return switch (random.nextInt(intoBase64 ? 20 : 17)) {
            case 0 -> flip(bytes, at);
            case 1 -> set(bytes, at);
            case 2 -> Pieces.replace(bytes, at, to, new byte[0]);
            case 3 -> Pieces.replace(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 4 -> Pieces.replace(bytes, at, at, token());
            case 5 -> Pieces.replace(bytes, at, to, token());
            case 6 -> Arrays.copyOf(bytes, at);
            case 7 -> splice(bytes, at, other);
            case 8 -> blowUp(bytes, at, to);
            case 9 -> nest(bytes, at);
            case 10, 11 -> number(bytes);
            case 12, 13, 14 -> value(bytes, other);
            case 15 -> line(bytes, other);
            case 16 -> text(bytes);
            default -> base64(bytes, other);
        };
    }

    private byte[] flip(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    private byte[] set(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) random.nextInt(256);
        return changed;
    }

    private byte[] splice(byte[] bytes, int at, byte[] other) {
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        byte[] tail = Arrays.copyOfRange(other, from, other.length);
        return Pieces.replace(bytes, at, bytes.length, tail);
    }

    /** A piece so often that work beyond the linear shows. */
    private byte[] blowUp(byte[] bytes, int at, int to) {
        byte[] piece = random.nextBoolean() ? Arrays.copyOfRange(bytes, at, to) : token();
        return Pieces.replace(bytes, at, at, Pieces.repeat(piece, 1 << random.nextInt(20), longest - bytes.length));
    }

    private byte[] nest(byte[] bytes, int at) {
        String[] brackets = {"[", "]", "{\"a\":", "}", "(", ")"};
        int kind = 2 * random.nextInt(3);
        int depth = 1 << random.nextInt(17);
        Span value = Spans.value(bytes, random);
        Span inner = value == null ? new Span(at, at) : value;
        byte[] open = Pieces.repeat(Hostile.utf8(brackets[kind]), depth, (longest - bytes.length) / 2);
        byte[] close = Pieces.repeat(Hostile.utf8(brackets[kind + 1]), depth, (longest - bytes.length) / 2);
        byte[] closed = Pieces.replace(bytes, inner.to(), inner.to(), close);
        return Pieces.replace(closed, inner.from(), inner.from(), open);
    }

    private byte[] number(byte[] bytes) {
        return replace(bytes, Spans.number(bytes, random), Hostile.utf8(pick(Hostile.NUMBERS)));
    }

    private byte[] value(byte[] bytes, byte[] other) {
        Span span = Spans.value(bytes, random);
        if (span == null) {
            return set(bytes, random.nextInt(bytes.length));
        }
        byte[] own = Arrays.copyOfRange(bytes, span.from(), span.to());
        byte[] by = switch (random.nextInt(7)) {
            case 0 -> Hostile.utf8(pick(Hostile.VALUES));
            case 1 -> Hostile.utf8("\"" + pick(Hostile.TEXTS) + "\"");
            case 2 -> Hostile.utf8(pick(Hostile.NUMBERS));
            case 3 -> valueOf(bytes);
            case 4 -> valueOf(other);
            case 5 -> twice(own);
            default -> new byte[0];
        };
        return Pieces.replace(bytes, span.from(), span.to(), by);
    }

    /** The first member or element twice, if it is an object or array. */
    private static byte[] twice(byte[] value) {
        int comma = -1;
        for (int at = 1; at < value.length && comma < 0; at++) {
            comma = value[at] == ',' ? at : -1;
        }
        return comma < 0 ? value : Pieces.replace(value, 1, 1, Arrays.copyOfRange(value, 1, comma + 1));
    }

    private byte[] valueOf(byte[] bytes) {
        Span span = bytes.length == 0 ? null : Spans.value(bytes, random);
        return span == null ? new byte[0] : Arrays.copyOfRange(bytes, span.from(), span.to());
    }

    private byte[] line(byte[] bytes, byte[] other) {
        Span span = Spans.line(bytes, random);
        byte[] own = Arrays.copyOfRange(bytes, span.from(), span.to());
        if (random.nextInt(3) == 0 && other.length > 0) {
            Span foreign = Spans.line(other, random);
            return Pieces.replace(bytes, span.to(), span.to(), Arrays.copyOfRange(other, foreign.from(), foreign.to()));
        }
        return random.nextBoolean()
                ? Pieces.replace(bytes, span.from(), span.to(), new byte[0])
                : Pieces.replace(bytes, span.from(), span.from(), own);
    }

    private byte[] text(byte[] bytes) {
        int at = random.nextInt(bytes.length);
        return Pieces.replace(bytes, at, at, Hostile.utf8(pick(Hostile.TEXTS)));
    }

    /** Changes what lies within base64, so that the layer around it still holds. */
    private byte[] base64(byte[] bytes, byte[] other) {
        Span span = Spans.base64(bytes, random);
        if (span == null) {
            return once(bytes, other, false);
        }
        try {
            byte[] inner = Base64.getDecoder().decode(Arrays.copyOfRange(bytes, span.from(), span.to()));
            return Pieces.replace(
                    bytes, span.from(), span.to(), Base64.getEncoder().encode(once(inner, other, false)));
        } catch (IllegalArgumentException e) {
            return once(bytes, other, false);
        }
    }

    private byte[] replace(byte[] bytes, @Nullable Span span, byte[] by) {
        return span == null
                ? set(bytes, random.nextInt(bytes.length))
                : Pieces.replace(bytes, span.from(), span.to(), by);
    }

    private byte[] token() {
        return switch (random.nextInt(dictionary.isEmpty() ? 4 : 7)) {
            case 0 -> Hostile.utf8(pick(Hostile.TOKENS));
            case 1 -> Hostile.utf8(pick(Hostile.TEXTS));
            case 2 -> pick(Hostile.BYTES);
            case 3 -> Hostile.utf8(pick(Hostile.NUMBERS));
            default -> pick(dictionary);
        };
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
