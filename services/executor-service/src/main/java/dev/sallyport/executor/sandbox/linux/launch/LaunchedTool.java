package dev.sallyport.executor.sandbox.linux.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A tool that waits at its gate or runs. Its keeper tells what happens to it, and where it is in a sandbox that another
 * program makes, the gate inside does.
 */
public final class LaunchedTool {
    private final Conversation keeper;
    private final @Nullable Gate gate;
    private final DescriptorInput stdout;
    private final DescriptorInput stderr;
    private final OutputStream stdin;

    /**
     * The way to the gate inside a sandbox.
     *
     * @param inode what /proc calls the gate's own end of the socket, as {@code socket:[1234]}
     * @param files descriptors of the files in memory that the sandbox was given
     */
    record Gate(Conversation conversation, String inode, Map<Integer, Integer> files) {}

    LaunchedTool(Conversation keeper, @Nullable Gate gate, int stdout, int stderr, int stdin) {
        this.keeper = keeper;
        this.gate = gate;
        this.stdout = new DescriptorInput(stdout);
        this.stderr = new DescriptorInput(stderr);
        this.stdin = new DescriptorOutput(stdin);
    }

    void listen() {
        keeper.listen("sandbox-keeper");
        if (gate != null) {
            gate.conversation().listen("sandbox-gate");
        }
    }

    /** What the keeper says, and the tool where it waits itself. */
    public Conversation keeper() {
        return keeper;
    }

    /** What the gate inside says. */
    public Conversation gate() {
        return inside().conversation();
    }

    /** What /proc calls the gate's own end of its socket. */
    public String gateSocket() {
        return inside().inode();
    }

    /** What lies by now in the file in memory that the sandbox has under that number. */
    public byte[] file(int number) throws IOException {
        Integer descriptor = inside().files().get(number);
        if (descriptor == null) {
            throw new IllegalArgumentException("no file was given under " + number);
        }
        // Opened again, and so read from its beginning.
        return Files.readAllBytes(Path.of("/proc/self/fd/" + descriptor));
    }

    private Gate inside() {
        if (gate == null) {
            throw new IllegalStateException("this tool has no gate but itself");
        }
        return gate;
    }

    /** Opens the gate for a call. */
    public void go(LaunchCommand command) throws IOException {
        (gate == null ? keeper : gate.conversation()).go(command);
    }

    /** Whether it can still be let go. */
    public boolean waits() {
        return keeper.open() && (gate == null || gate.conversation().open());
    }

    /** Ends every process of the call and returns at once. */
    public void kill() {
        if (gate != null) {
            gate.conversation().kill();
        }
        keeper.kill();
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

    /** Gives up the files in memory. */
    public synchronized void close() {
        if (gate != null) {
            gate.files().values().forEach(LaunchCalls::close);
            gate.files().clear();
        }
    }

    /** What the tool writes. */
    public InputStream stdout() {
        return stdout;
    }

    /** What the tool writes to its standard error. */
    public InputStream stderr() {
        return stderr;
    }

    /** What the tool reads. */
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
