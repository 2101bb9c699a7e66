package dev.sallyport.executor.secret;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of one stream, also where one is split among what is written at a time. It holds back as many bytes as
 * could still be the beginning of one: none of a secret has gone on before it is known to be one. Not safe for threads.
 */
public final class Redactor {
    /** Where the rest goes. */
    @FunctionalInterface
    public interface Sink {
        /** Takes some bytes, which are the caller's again afterwards. */
        void take(byte[] bytes, int offset, int length);
    }

    private final Redaction redaction;
    private byte[] held;
    private int length;
    private boolean found;

    Redactor(Redaction redaction) {
        this.redaction = redaction;
        this.held = new byte[2 * redaction.longest()];
    }

    /** Takes what comes next. */
    public void add(byte[] bytes, int offset, int count, Sink sink) {
        if (redaction.isNothing()) {
            sink.take(bytes, offset, count);
            return;
        }
        if (held.length < length + count) {
            byte[] larger = Arrays.copyOf(held, length + count);
            Arrays.fill(held, (byte) 0);
            held = larger;
        }
        System.arraycopy(bytes, offset, held, length, count);
        length += count;
        // A form that begins at one of these positions is complete, whichever it is.
        search(Math.max(0, length - redaction.longest() + 1), sink);
    }

    /** Nothing comes any more. */
    public void end(Sink sink) {
        search(length, sink);
        if (length > 0) {
            sink.take(held, 0, length);
        }
        Arrays.fill(held, (byte) 0);
        length = 0;
    }

    /** Whether there was something to take out so far. */
    public boolean found() {
        return found;
    }

    /** Whether bytes are held back. */
    boolean holds() {
        return length > 0;
    }

    /** Looks at every beginning before that position, and hands on all bytes before it. */
    private void search(int until, Sink sink) {
        int done = 0;
        int at = 0;
        long start = 0;
        int known = 0;
        while (at < until) {
            while (known < Redaction.SHORTEST && at + known < length) {
                start = (start << 8) | (held[at + known] & 0xff);
                known++;
            }
            Found hit = known == Redaction.SHORTEST && redaction.mayStart(start) ? hit(start, at) : null;
            if (hit == null) {
                at++;
                known = Math.max(0, known - 1);
            } else {
                found = true;
                sink.take(held, done, at - done);
                sink.take(hit.form().instead(), 0, hit.form().instead().length);
                at = hit.end();
                done = at;
                known = 0;
                start = 0;
            }
        }
        if (at > done) {
            sink.take(held, done, at - done);
        }
        System.arraycopy(held, at, held, 0, length - at);
        Arrays.fill(held, length - at, length, (byte) 0);
        length -= at;
    }

    private record Found(Redaction.Form form, int end) {}

    private @Nullable Found hit(long start, int at) {
        for (Redaction.Form form : redaction.startingWith(start)) {
            int end = end(form, at);
            if (end > at) {
                return new Found(form, end);
            }
        }
        return null;
    }

    /** Where the form ends that begins there; where it begins if it does not. */
    private int end(Redaction.Form form, int at) {
        byte[] bytes = form.bytes();
        if (!form.lines()) {
            boolean equal =
                    at + bytes.length <= length && Arrays.equals(held, at, at + bytes.length, bytes, 0, bytes.length);
            return equal ? at + bytes.length : at;
        }
        int end = at;
        int breaks = 0;
        for (byte each : bytes) {
            int after = end > at ? afterBreak(end) : end;
            breaks += after > end ? 1 : 0;
            if (breaks > form.mostBreaks() || after >= length || held[after] != each) {
                return at;
            }
            end = after + 1;
        }
        return end;
    }

    private int afterBreak(int at) {
        if (at < length && held[at] == '\n') {
            return at + 1;
        }
        return at + 1 < length && held[at] == '\r' && held[at + 1] == '\n' ? at + 2 : at;
    }
}
