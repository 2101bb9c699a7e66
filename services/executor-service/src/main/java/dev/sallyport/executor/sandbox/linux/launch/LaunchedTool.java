package dev.sallyport.executor.sandbox.linux.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A tool that waits at its gate or runs, and the keeper of it, which tells what happens. */
public final class LaunchedTool {
    /** A keeper says a few short lines. */
    private static final int MOST_SAID = 4096;

    private final int call;
    private final DescriptorInput stdout;
    private final DescriptorInput stderr;
    private final OutputStream stdin;
    private final StringBuilder said = new StringBuilder();
    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean closed;

    LaunchedTool(int call, int stdout, int stderr, int stdin) {
        this.call = call;
        this.stdout = new DescriptorInput(stdout);
        this.stderr = new DescriptorInput(stderr);
        this.stdin = stdin < 0 ? OutputStream.nullOutputStream() : new DescriptorOutput(stdin);
    }

    void listen() {
        // Platform threads: a read from a socket blocks the thread that carries a virtual one.
        Thread.ofPlatform().daemon().name("sandbox-keeper").start(this::hear);
    }

    private void hear() {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment buffer = memory.allocate(512);
            for (int count = LaunchCalls.read(call, buffer); count > 0; count = LaunchCalls.read(call, buffer)) {
                add(new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII));
            }
        } catch (IOException _) {
            // The keeper was ended: its end as well.
        }
        synchronized (this) {
            closed = true;
            LaunchCalls.close(call);
        }
        first.complete("");
        ended.countDown();
    }

    private void add(String more) {
        String line = null;
        synchronized (said) {
            if (said.length() < MOST_SAID) {
                said.append(more);
            }
            int end = said.indexOf("\n");
            if (end >= 0) {
                line = said.substring(0, end);
            }
        }
        if (line != null) {
            first.complete(line);
        }
    }

    /** The first line that was said, empty if nothing was or not in time. */
    public String first(Duration patience) throws InterruptedException {
        try {
            return first.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return "";
        }
    }

    /** All lines that were said by now, whole ones only. */
    public List<String> said() {
        synchronized (said) {
            int end = said.lastIndexOf("\n");
            return end < 0 ? List.of() : List.of(said.substring(0, end).split("\n", -1));
        }
    }

    /** Opens the gate. */
    public void go() throws IOException {
        tell('g');
    }

    /** Ends every process of the call and returns at once. */
    public void kill() {
        try {
            tell('k');
        } catch (IOException _) {
            // There is no keeper any more.
        }
    }

    /** Ends a tool that was never let go, with its input. */
    public void abandon() {
        kill();
        try {
            stdin.close();
        } catch (IOException _) {
            // Nothing was written.
        }
    }

    private synchronized void tell(char word) throws IOException {
        if (!closed) {
            LaunchCalls.send(call, new byte[] {(byte) word});
        }
    }

    /** Waits until the keeper is gone; whether it is. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What the tool writes. */
    public InputStream stdout() {
        return stdout;
    }

    /** What the tool writes to its standard error. */
    public InputStream stderr() {
        return stderr;
    }

    /** What the tool reads; takes whatever is written where the tool was given no input. */
    public OutputStream stdin() {
        return stdin;
    }

    /** Whoever reads it closes it. */
    private static final class DescriptorInput extends InputStream {
        private final int descriptor;
        private final AtomicBoolean closed = new AtomicBoolean();
        private @Nullable MemorySegment buffer;

        DescriptorInput(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            MemorySegment room = buffer;
            if (room == null) {
                room = Arena.ofAuto().allocate(16 << 10);
                buffer = room;
            }
            int count = LaunchCalls.read(descriptor, room.asSlice(0, Math.min(length, room.byteSize())));
            MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, into, offset, count);
            return count == 0 ? -1 : count;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                LaunchCalls.close(descriptor);
            }
        }
    }

    private static final class DescriptorOutput extends OutputStream {
        private final int descriptor;
        private final AtomicBoolean closed = new AtomicBoolean();

        DescriptorOutput(int descriptor) {
            this.descriptor = descriptor;
        }

        @Override
        public void write(int each) throws IOException {
            write(new byte[] {(byte) each}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try (Arena memory = Arena.ofConfined()) {
                MemorySegment all = memory.allocate(Math.max(1, length));
                MemorySegment.copy(bytes, offset, all, ValueLayout.JAVA_BYTE, 0, length);
                for (long at = 0; at < length; ) {
                    at += LaunchCalls.write(descriptor, all.asSlice(at, length - at));
                }
            }
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                LaunchCalls.close(descriptor);
            }
        }
    }
}
