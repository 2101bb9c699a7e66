package dev.sallyport.executor.secret;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream without a call's secrets. */
public final class RedactingInput extends InputStream {
    private final InputStream from;
    private final Redactor redactor;
    private final ByteArrayOutputStream left = new ByteArrayOutputStream();
    private byte[] ready = {};
    private int at;
    private boolean over;

    /** Reads from there; it does not close it. */
    public RedactingInput(InputStream from, Redaction redaction) {
        this.from = from;
        this.redactor = redaction.redactor();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (at == ready.length) {
            if (over) {
                return -1;
            }
            byte[] buffer = new byte[16 << 10];
            int count = from.read(buffer, 0, buffer.length);
            if (count < 0) {
                over = true;
                redactor.end(left::write);
            } else {
                redactor.add(buffer, 0, count, left::write);
            }
            ready = left.toByteArray();
            left.reset();
            at = 0;
        }
        int count = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, into, offset, count);
        at += count;
        return count;
    }
}
