package dev.sallyport.executor.sandbox.call;

import dev.sallyport.executor.sandbox.CapturedStream;
import dev.sallyport.statements.Digest;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Keeps the first and the last bytes of a stream, and counts and digests all of them. Safe for one writer and any
 * reader.
 */
final class OutputCapture {
    private final byte[] head;
    private final byte[] ring;
    private final MessageDigest digest = Digest.sha256();
    private int headLength;
    private long total;

    /** Keeps {@code headBytes} from the start and {@code tailBytes} from the end. */
    OutputCapture(int headBytes, int tailBytes) {
        head = new byte[headBytes];
        ring = new byte[tailBytes];
    }

    synchronized void add(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        int toHead = Math.min(length, head.length - headLength);
        System.arraycopy(bytes, offset, head, headLength, toHead);
        headLength += toHead;
        for (int index = toHead; index < length; ) {
            // Position in the tail of the stream: everything after the head, modulo the ring.
            int position = (int) ((total + index - head.length) % ring.length);
            int count = Math.min(length - index, ring.length - position);
            System.arraycopy(bytes, offset + index, ring, position, count);
            index += count;
        }
        total += length;
    }

    synchronized long total() {
        return total;
    }

    /** What was written so far. */
    synchronized CapturedStream captured() {
        byte[] tail;
        long afterHead = total - headLength;
        if (afterHead <= ring.length) {
            tail = Arrays.copyOf(ring, (int) afterHead);
        } else {
            tail = new byte[ring.length];
            int start = (int) (afterHead % ring.length);
            System.arraycopy(ring, start, tail, 0, ring.length - start);
            System.arraycopy(ring, 0, tail, ring.length - start, start);
        }
        return new CapturedStream(
                Arrays.copyOf(head, headLength), tail, total, HexFormat.of().formatHex(copyOf(digest)));
    }

    private static byte[] copyOf(MessageDigest digest) {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
