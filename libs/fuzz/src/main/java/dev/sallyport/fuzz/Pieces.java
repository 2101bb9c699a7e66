package dev.sallyport.fuzz;

import java.util.Arrays;

/** Cutting and joining of bytes. */
final class Pieces {
    private Pieces() {}

    /** The bytes with {@code from..to} replaced. */
    static byte[] replace(byte[] bytes, int from, int to, byte[] by) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + by.length);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
        return result;
    }

    /** The piece, so often that it has at most this length. */
    static byte[] repeat(byte[] piece, int times, int longest) {
        int count = piece.length == 0 ? 0 : Math.clamp(longest / piece.length, 0, times);
        byte[] result = new byte[count * piece.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(piece, 0, result, i * piece.length, piece.length);
        }
        return result;
    }
}
