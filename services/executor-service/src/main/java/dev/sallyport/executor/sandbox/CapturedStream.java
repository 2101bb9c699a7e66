package dev.sallyport.executor.sandbox;

/**
 * What one output stream of a tool gave.
 *
 * @param head its first bytes
 * @param tail its last bytes, not overlapping the head
 * @param totalBytes how many bytes were written in all
 * @param sha256 lower-case hex SHA-256 over all bytes written, kept or not
 */
@SuppressWarnings("ArrayRecordComponent") // raw bytes of a tool, never compared
public record CapturedStream(byte[] head, byte[] tail, long totalBytes, String sha256) {
    /** Whether bytes between head and tail were not kept. */
    public boolean truncated() {
        return totalBytes > (long) head.length + tail.length;
    }

    /** Head and tail, exact bytes, the gap between them unmarked. */
    public byte[] kept() {
        byte[] all = new byte[head.length + tail.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }
}
