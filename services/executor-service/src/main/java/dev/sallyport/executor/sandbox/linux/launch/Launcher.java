package dev.sallyport.executor.sandbox.linux.launch;

import dev.sallyport.executor.sandbox.landlock.LandlockAbi;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The running program {@code sallyport-launch}. It ends when it is closed and when this JVM ends, however that happens;
 * each of its calls sees the same for itself. Safe for any number of threads.
 */
public final class Launcher implements AutoCloseable {
    private static final String HELLO = "launch 3 ";
    private static final int LONGEST_HELLO = 64;

    private final int socket;
    private final int nothing;
    private final LandlockAbi abi;
    private boolean closed;

    /**
     * Starts the program.
     *
     * @throws IOException if it cannot be started or is of another version
     */
    public Launcher(Path program) throws IOException {
        int[] ends = LaunchCalls.sockets(LaunchCalls.MESSAGES);
        socket = ends[0];
        int devNull = -1;
        boolean started = false;
        try {
            int pid = LaunchCalls.spawn(program, ends[1]);
            Thread.ofPlatform().daemon().name("sandbox-launcher-end").start(() -> LaunchCalls.await(pid));
            LaunchCalls.close(ends[1]);
            ends[1] = -1;
            abi = new LandlockAbi(hello(program));
            devNull = LaunchCalls.open(Path.of("/dev/null"), LaunchCalls.TO_READ_AND_WRITE);
            nothing = devNull;
            started = true;
        } finally {
            if (!started) {
                LaunchCalls.close(socket);
                if (ends[1] >= 0) {
                    LaunchCalls.close(ends[1]);
                }
            }
        }
    }

    private int hello(Path program) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment buffer = memory.allocate(LONGEST_HELLO);
            int length = LaunchCalls.read(socket, buffer);
            String said =
                    new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
            String version = said.strip();
            if (!version.matches(HELLO + "-?[0-9]{1,6}")) {
                throw new IOException(program + " is no launcher of this node: it said \"" + version + "\"");
            }
            return Integer.parseInt(version.substring(HELLO.length()));
        }
    }

    /** The version of Landlock that the kernel told the launcher of. */
    public LandlockAbi landlock() {
        return abi;
    }

    /**
     * Starts a tool up to its gate.
     *
     * @param gate what the gate inside is told, for a program that makes its sandbox itself; null for any other
     * @param groups the folder of a cgroup of version 2 if the request says so, then files to join others by
     * @throws IOException if the launcher is gone, or a descriptor cannot be made
     */
    public LaunchedTool launch(LaunchRequest request, @Nullable GateRequest gate, List<Given> groups)
            throws IOException {
        byte[] bytes = request.bytes();
        Descriptors made = new Descriptors();
        try {
            int[] call = made.keep(LaunchCalls.sockets(LaunchCalls.STREAM));
            int[] in = made.keep(LaunchCalls.pipe());
            int[] out = made.keep(LaunchCalls.pipe());
            int[] err = made.keep(LaunchCalls.pipe());
            List<Integer> pipes = List.of(in[0], out[1], err[1]);
            List<Integer> handed = new ArrayList<>(List.of(call[1]));
            handed.addAll(gate == null ? pipes : List.of(nothing, nothing, nothing));
            LaunchedTool.Gate inside = gate == null ? null : inside((LaunchRequest.Plain) request, pipes, made, handed);
            for (Given each : groups) {
                handed.add(made.keep(
                        LaunchCalls.open(each.path(), each.toWrite() ? LaunchCalls.TO_WRITE : LaunchCalls.TO_READ)));
            }
            hand(handed);
            Conversation keeper = new Conversation(call[0]);
            keeper.ask(bytes);
            if (gate != null && inside != null) {
                inside.conversation().ask(gate.bytes());
                made.release(inside.conversation().socket());
                inside.files().values().forEach(made::release);
            }
            made.release(call[0]);
            LaunchedTool tool =
                    new LaunchedTool(keeper, inside, made.release(out[0]), made.release(err[0]), made.release(in[1]));
            tool.listen();
            return tool;
        } finally {
            made.close();
        }
    }

    /** The gate's socket first, then the tool's pipes, then the files in memory. */
    private static LaunchedTool.Gate inside(
            LaunchRequest.Plain request, List<Integer> pipes, Descriptors made, List<Integer> handed)
            throws IOException {
        int[] ends = made.keep(LaunchCalls.sockets(LaunchCalls.STREAM));
        handed.add(ends[1]);
        handed.addAll(pipes);
        String inode =
                Files.readSymbolicLink(Path.of("/proc/self/fd/" + ends[1])).toString();
        Map<Integer, Integer> files = new HashMap<>();
        for (LaunchRequest.MemoryFile each : request.files()) {
            int file = made.keep(LaunchCalls.memoryFile(each.content()));
            files.put(each.number(), file);
            handed.add(file);
        }
        return new LaunchedTool.Gate(new Conversation(ends[0]), inode, files);
    }

    /** A file or folder of which a descriptor is handed over. */
    public record Given(Path path, boolean toWrite) {}

    private synchronized void hand(List<Integer> descriptors) throws IOException {
        if (closed) {
            throw new IOException("the launcher is closed");
        }
        LaunchCalls.hand(socket, descriptors);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LaunchCalls.close(socket);
            LaunchCalls.close(nothing);
        }
    }

    /** Descriptors that are closed unless somebody has taken them. */
    private static final class Descriptors {
        private final List<Integer> open = new ArrayList<>();

        int[] keep(int[] two) {
            open.add(two[0]);
            open.add(two[1]);
            return two;
        }

        int keep(int one) {
            open.add(one);
            return one;
        }

        int release(int descriptor) {
            open.remove(Integer.valueOf(descriptor));
            return descriptor;
        }

        void close() {
            open.forEach(LaunchCalls::close);
        }
    }
}
