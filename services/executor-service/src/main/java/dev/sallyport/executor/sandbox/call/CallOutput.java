package dev.sallyport.executor.sandbox.call;

import dev.sallyport.executor.sandbox.CapturedStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The three pipes of a call. Both outputs are always drained, so that a full pipe never stops a tool; what is beyond
 * the kept part is only counted and digested.
 *
 * <p>The pipes belong to a gate at first: it says that it waits, and becomes the tool once it is told to.
 */
public final class CallOutput {
    private static final int HEAD = 96 << 10;
    private static final int TAIL = 32 << 10;

    private final OutputStream in;
    private final Words words;
    private final OutputCapture out = new OutputCapture(HEAD, TAIL);
    private final OutputCapture err = new OutputCapture(HEAD, TAIL);
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final Thread outThread;
    private final Thread errThread;

    /**
     * What a gate and the node say to one another, ASCII.
     *
     * @param ready what the gate says when limits and sandbox are in force and nothing of the tool has run
     * @param go what the gate is told to become the tool
     */
    public record Words(String ready, String go) {
        /** Of a gate that does not speak over the pipes of its tool. */
        public static final Words NONE = new Words("", "");
    }

    /** Takes the pipes of a process whose gate knows these words. */
    public CallOutput(Process process, Words words) {
        this(process.getInputStream(), process.getErrorStream(), process.getOutputStream(), words);
    }

    /** Takes the pipes of a tool, and closes each as soon as it has ended. */
    public CallOutput(InputStream stdout, InputStream stderr, OutputStream stdin, Words words) {
        this.in = stdin;
        this.words = words;
        // Platform threads: a read from a pipe blocks the thread that carries a virtual one.
        outThread = Thread.ofPlatform().daemon().name("sandbox-stdout").start(() -> readOut(stdout));
        errThread = Thread.ofPlatform().daemon().name("sandbox-stderr").start(() -> drain(stderr, err));
    }

    /** True when the gate says that it waits, false when stdout ended before. */
    public CompletableFuture<Boolean> ready() {
        return ready;
    }

    /** Opens the gate and gives the tool its input. */
    void release(byte @Nullable [] stdin) throws IOException {
        if (!words.go().isEmpty()) {
            in.write(words.go().getBytes(StandardCharsets.US_ASCII));
            in.flush();
        }
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

    private void readOut(InputStream stream) {
        try {
            byte[] expected = words.ready().getBytes(StandardCharsets.US_ASCII);
            for (byte each : expected) {
                if (stream.read() != each) {
                    ready.complete(false);
                    return;
                }
            }
        } catch (IOException _) {
            ready.complete(false);
            return;
        }
        ready.complete(true);
        drain(stream, out);
    }

    private static void drain(InputStream stream, OutputCapture capture) {
        byte[] buffer = new byte[16 << 10];
        try (stream) {
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                capture.add(buffer, 0, count);
            }
        } catch (IOException _) {
            // The end of the stream as well.
        }
    }
}
