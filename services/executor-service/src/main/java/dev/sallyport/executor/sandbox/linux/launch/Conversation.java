package dev.sallyport.executor.sandbox.linux.launch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The node's end of a socket on which a process of ours says lines and hears words. Safe for any number of threads. */
public final class Conversation {
    /** All of these processes say a few short lines. */
    private static final int MOST_SAID = 4096;

    private final int socket;
    private final StringBuilder said = new StringBuilder();
    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private boolean closed;

    Conversation(int socket) {
        this.socket = socket;
    }

    int socket() {
        return socket;
    }

    void listen(String name) {
        // Platform threads: a read from a socket blocks the thread that carries a virtual one.
        Thread.ofPlatform().daemon().name(name).start(this::hear);
    }

    private void hear() {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment buffer = memory.allocate(512);
            for (int count = LaunchCalls.read(socket, buffer); count > 0; count = LaunchCalls.read(socket, buffer)) {
                add(new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII));
            }
        } catch (IOException _) {
            // The other end was ended: its end as well.
        }
        synchronized (this) {
            closed = true;
            LaunchCalls.close(socket);
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

    /** Whether the other end is still there. */
    public boolean open() {
        return ended.getCount() > 0;
    }

    /** Waits until the other end is gone; whether it is. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Opens the gate for a call. */
    void go(LaunchCommand command) throws IOException {
        byte[] bytes = command.bytes();
        send(ByteBuffer.allocate(5 + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 'g')
                .putInt(bytes.length)
                .put(bytes)
                .array());
    }

    /** Ends what is at the other end and returns at once. */
    void kill() {
        try {
            send(new byte[] {'k'});
        } catch (IOException _) {
            // There is nobody any more.
        }
    }

    /** Says a request with its length before it. */
    void ask(byte[] request) throws IOException {
        send(ByteBuffer.allocate(4 + request.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(request.length)
                .put(request)
                .array());
    }

    private synchronized void send(byte[] bytes) throws IOException {
        if (!closed) {
            LaunchCalls.send(socket, bytes);
        }
    }
}
