package dev.sallyport.executor.sandbox.call;

import dev.sallyport.executor.sandbox.CapturedStream;
import dev.sallyport.executor.secret.Redaction;
import dev.sallyport.executor.secret.Redactor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The three pipes of a call. Both outputs are always drained, so that a full pipe never stops a tool; what is beyond
 * the kept part is only counted and digested.
 */
public final class CallOutput {
    private static final int HEAD = 96 << 10;
    private static final int TAIL = 32 << 10;

    private final OutputStream in;
    private final OutputCapture out = new OutputCapture(HEAD, TAIL);
    private final OutputCapture err = new OutputCapture(HEAD, TAIL);
    private final Thread outThread;
    private final Thread errThread;
    private volatile Redaction redaction = Redaction.NONE;

    /** Takes the pipes of a tool that may not have begun yet, and closes each as soon as it has ended. */
    public CallOutput(InputStream stdout, InputStream stderr, OutputStream stdin) {
        this.in = stdin;
        // Platform threads: a read from a pipe blocks the thread that carries a virtual one.
        outThread = Thread.ofPlatform().daemon().name("sandbox-stdout").start(() -> drain(stdout, out));
        errThread = Thread.ofPlatform().daemon().name("sandbox-stderr").start(() -> drain(stderr, err));
    }

    /** What is taken out of what a tool writes that has not begun yet. */
    void redact(Redaction what) {
        redaction = what;
    }

    /** Gives the tool its input, null for nothing. */
    void give(byte @Nullable [] stdin) throws IOException {
        if (stdin == null) {
            in.close();
            return;
        }
        Thread.ofPlatform().daemon().name("sandbox-stdin").start(() -> {
            try (in) {
                in.write(stdin);
            } catch (IOException _) {
                // A tool need not read its input.
            }
        });
    }

    long total() {
        return out.total() + err.total();
    }

    /** Waits for the ends of both outputs, but no longer than {@code patience}: a process may hold a pipe for ever. */
    public boolean drained(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        outThread.join(patience);
        errThread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        return !outThread.isAlive() && !errThread.isAlive();
    }

    CapturedStream stdout() {
        return out.captured();
    }

    /** What the tool, or the sandbox before it, wrote to its standard error so far. */
    public CapturedStream stderr() {
        return err.captured();
    }

    private void drain(InputStream stream, OutputCapture capture) {
        byte[] buffer = new byte[16 << 10];
        Redaction what = redaction;
        Redactor redactor = what.redactor();
        try (stream) {
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                if (what != redaction) {
                    // Until here it was the sandbox that wrote, which knows no secret.
                    redactor.end(capture::add);
                    what = redaction;
                    redactor = what.redactor();
                }
                redactor.add(buffer, 0, count, capture::add);
            }
        } catch (IOException _) {
            // The end of the stream as well.
        }
        redactor.end(capture::add);
    }
}
