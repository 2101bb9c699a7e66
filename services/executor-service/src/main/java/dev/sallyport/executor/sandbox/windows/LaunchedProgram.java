package dev.sallyport.executor.sandbox.windows;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sallyport.executor.sandbox.call.Account;
import dev.sallyport.executor.sandbox.call.CallProcesses;
import dev.sallyport.executor.sandbox.call.WaitStatus;
import dev.sallyport.executor.sandbox.windows.Win32.Answer;
import dev.sallyport.executor.sandbox.windows.Win32.Function;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A program in its job. A process is born into its parent's job and leaves it never, so the job is the call: what it used,
 * and whether anybody is left. Its only handle is the node's: when the node ends, however, Windows ends all in it.
 */
final class LaunchedProgram implements CallProcesses, Account {
    private static final Duration PATIENCE = Duration.ofSeconds(7);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int WAIT_OBJECT_0 = 0;
    private static final int ENDED_BY_NODE = 0x53414c4c;
    private static final int ERROR_NOT_ENOUGH_QUOTA = 1816;
    private static final int LARGEST_STATUS = 255;
    private static final int MOST_AT_ONCE = 64 << 10;

    private final Win32 windows;
    private final long job;
    private final long process;
    private final long thread;
    private final long in;
    private final long out;
    private final long err;
    private boolean closed;

    /** Takes the handles: of its job, itself and its first thread, and this process's ends of its pipes. */
    LaunchedProgram(Win32 windows, long job, long process, long thread, long in, long out, long err) {
        this.windows = windows;
        this.job = job;
        this.process = process;
        this.thread = thread;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** Lets it go. */
    void resume() throws IOException {
        Answer suspendedBefore = windows.call(Function.RESUME_THREAD, thread);
        if (suspendedBefore.value() != 1) {
            throw new IOException("ResumeThread: " + suspendedBefore.value() + ", error " + suspendedBefore.error());
        }
    }

    InputStream stdout() {
        return new Output(out);
    }

    InputStream stderr() {
        return new Output(err);
    }

    OutputStream stdin() {
        return new Input();
    }

    @Override
    public boolean awaitEnd(Duration patience) {
        return windows.call(Function.WAIT_FOR_SINGLE_OBJECT, process, (int) patience.toMillis())
                        .value()
                == WAIT_OBJECT_0;
    }

    @Override
    public synchronized void end() {
        if (!closed) {
            windows.call(Function.TERMINATE_JOB_OBJECT, job, ENDED_BY_NODE);
        }
    }

    @Override
    public boolean awaitGone() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (active() != 0) {
            end();
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(PAUSE);
        }
        return true;
    }

    private long active() {
        return ask(Structs.ACCOUNTING, JobLimits.ACCOUNTING, "ActiveProcesses");
    }

    private synchronized long ask(StructLayout layout, int which, String... field) {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment struct = memory.allocate(layout);
            Answer told = closed
                    ? new Answer(0, 0)
                    : windows.call(
                            Function.QUERY_INFORMATION_JOB_OBJECT,
                            job,
                            which,
                            struct,
                            (int) struct.byteSize(),
                            MemorySegment.NULL);
            if (!told.isTrue()) {
                throw new IllegalStateException("QueryInformationJobObject: error " + told.error());
            }
            return Structs.get(layout, struct, field);
        }
    }

    /** Windows has no signals: what the kernel ends has a status of 32 bits that says why. */
    @Override
    public WaitStatus status() {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment code = memory.allocate(JAVA_INT);
            if (!windows.call(Function.GET_EXIT_CODE_PROCESS, process, code).isTrue()) {
                return new WaitStatus.Unknown();
            }
            return status(code.get(JAVA_INT, 0));
        }
    }

    /** A record takes 0 to 255. What is beyond, as that of a crash, is told as the largest: it is no success. */
    static WaitStatus status(int code) {
        return switch (code) {
            case ENDED_BY_NODE -> new WaitStatus.Unknown();
            case ERROR_NOT_ENOUGH_QUOTA -> new WaitStatus.CpuLimit();
            default -> new WaitStatus.Exited(code < 0 ? LARGEST_STATUS : Math.min(code, LARGEST_STATUS));
        };
    }

    @Override
    public Account account() {
        return this;
    }

    @Override
    public void look() {}

    @Override
    public OptionalLong cpuMillis() {
        long ticks = ask(Structs.ACCOUNTING, JobLimits.ACCOUNTING, "TotalUserTime")
                + ask(Structs.ACCOUNTING, JobLimits.ACCOUNTING, "TotalKernelTime");
        return OptionalLong.of(ticks / JobLimits.TICKS_PER_MILLI);
    }

    @Override
    public OptionalLong peakMemoryBytes() {
        return OptionalLong.of(ask(Structs.EXTENDED_LIMITS, JobLimits.EXTENDED, "PeakJobMemoryUsed"));
    }

    /** The job refuses more; a program that is refused goes on or ends as it likes. */
    @Override
    public boolean exceedsMemory(long bytes) {
        return false;
    }

    /** No file is without a name as long as it is open: its name goes with the last handle, and is listed till then. */
    @Override
    public OptionalLong namelessBytes(Path workspace) {
        return OptionalLong.of(0);
    }

    @Override
    public boolean exceedsProcesses(int most) {
        return false;
    }

    /** With the last handle of the job all that is in it ends, if anything is. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            for (long handle : new long[] {thread, process, job}) {
                windows.call(Function.CLOSE_HANDLE, handle);
            }
        }
    }

    /** What the program writes. No virtual thread may read it: a read waits in the kernel. */
    private final class Output extends InputStream {
        private final long handle;
        private boolean open = true;

        Output(long handle) {
            this.handle = handle;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        /** The last writer's end of the pipe is an error of the read, and the end of the stream. */
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            try (Arena memory = Arena.ofConfined()) {
                int most = Math.min(length, MOST_AT_ONCE);
                MemorySegment buffer = memory.allocate(most);
                MemorySegment count = memory.allocate(JAVA_INT);
                Answer read = windows.call(Function.READ_FILE, handle, buffer, most, count, MemorySegment.NULL);
                int got = count.get(JAVA_INT, 0);
                if (!read.isTrue() || got == 0) {
                    return -1;
                }
                MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, got);
                return got;
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                windows.call(Function.CLOSE_HANDLE, handle);
            }
        }
    }

    private final class Input extends OutputStream {
        private boolean open = true;

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try (Arena memory = Arena.ofConfined()) {
                MemorySegment buffer = memory.allocate(Math.max(1, length));
                MemorySegment.copy(bytes, offset, buffer, JAVA_BYTE, 0, length);
                MemorySegment count = memory.allocate(JAVA_INT);
                for (int at = 0; at < length; at += count.get(JAVA_INT, 0)) {
                    Answer written = windows.call(
                            Function.WRITE_FILE, in, buffer.asSlice(at), length - at, count, MemorySegment.NULL);
                    if (!written.isTrue()) {
                        throw new IOException("WriteFile: error " + written.error());
                    }
                }
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                windows.call(Function.CLOSE_HANDLE, in);
            }
        }
    }
}
