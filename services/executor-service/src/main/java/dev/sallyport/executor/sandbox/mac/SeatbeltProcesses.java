package dev.sallyport.executor.sandbox.mac;

import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.call.Account;
import dev.sallyport.executor.sandbox.call.CallProcesses;
import dev.sallyport.executor.sandbox.call.WaitStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A tool and what descends from it. A process keeps the profile that it was born with through every fork, execution and
 * session of its own, and the profile of each call lets its processes ask about one name that no other's does: so all of
 * a call are found, whoever their parent is by now.
 */
final class SeatbeltProcesses implements CallProcesses, Account {
    private static final Duration PATIENCE = Duration.ofSeconds(7);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int SIGNAL_BITS = 0x7f;
    private static final int SIGXCPU = 24;
    private static final int SIGXFSZ = 25;
    private static final int NOT_STARTED = 126;

    private final MacLibrary system;
    private final int pid;
    private final String mark;
    private final String otherMark;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final Map<Long, Duration> cpu = new HashMap<>();
    private long peak;
    private int most;

    /**
     * @param mark what the call's profile alone lets be asked about
     * @param otherMark the like of it that no profile lets be asked about: an unconfined process is let both
     */
    SeatbeltProcesses(MacLibrary system, int pid, String mark, String otherMark) {
        this.system = system;
        this.pid = pid;
        this.mark = mark;
        this.otherMark = otherMark;
        Thread.ofPlatform().daemon().name("sandbox-wait").start(() -> ended.complete(system.await(pid)));
    }

    /** Whether it is a process of this call, by the profile that the kernel holds it to. */
    private boolean isOurs(long process) {
        return system.isSandboxed(process)
                && system.mayDo(process, "file-read-metadata", mark)
                && !system.mayDo(process, "file-read-metadata", otherMark);
    }

    boolean isHeld() {
        return isOurs(pid);
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    private List<ProcessHandle> all() {
        return ProcessHandle.allProcesses().filter(each -> isOurs(each.pid())).toList();
    }

    @Override
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        try {
            ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Also while the shell waits, or sandbox-exec begins: then nothing of the call is held yet, and there is one process. */
    @Override
    public void end() {
        if (!ended.isDone()) {
            system.kill(pid);
        }
        all().forEach(each -> system.kill(each.pid()));
    }

    /** Until a look at all processes finds none: what forks meanwhile is found by the next one. */
    @Override
    public boolean awaitGone() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (List<ProcessHandle> left = all(); !left.isEmpty() || !ended.isDone(); left = all()) {
            end();
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            awaitEnd(PAUSE);
            if (ended.isDone()) {
                Thread.sleep(PAUSE);
            }
        }
        return true;
    }

    @Override
    public WaitStatus status() {
        Integer status = ended.getNow(null);
        return status == null ? new WaitStatus.Unknown() : status(status);
    }

    /** As wait(2) has it: a signal in the lowest seven bits, else a status in the eight above. */
    static WaitStatus status(int status) {
        int signal = status & SIGNAL_BITS;
        if (signal == 0) {
            int exit = status >> 8 & 0xff;
            return exit == NOT_STARTED
                    ? new WaitStatus.NotStarted("The sandbox could not be begun on this node; its log says why.")
                    : new WaitStatus.Exited(exit);
        }
        return switch (signal) {
            case SIGXCPU -> new WaitStatus.CpuLimit();
            case SIGXFSZ -> new WaitStatus.FileLimit();
            default -> new WaitStatus.Signalled(signal);
        };
    }

    @Override
    public Account account() {
        return this;
    }

    @Override
    public synchronized void look() {
        long bytes = 0;
        List<ProcessHandle> now = all();
        for (ProcessHandle each : now) {
            bytes += system.footprint(each.pid()).orElse(0);
            each.info().totalCpuDuration().ifPresent(used -> cpu.merge(each.pid(), used, SeatbeltProcesses::longer));
        }
        peak = Math.max(peak, bytes);
        most = Math.max(most, now.size());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public synchronized OptionalLong cpuMillis() {
        return cpu.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        cpu.values().stream().mapToLong(Duration::toMillis).sum());
    }

    @Override
    public synchronized OptionalLong peakMemoryBytes() {
        return most == 0 ? OptionalLong.empty() : OptionalLong.of(peak);
    }

    @Override
    public synchronized boolean exceedsMemory(long bytes) {
        return peak > bytes;
    }

    /** Nobody tells which files without a name a process holds; the last bound of the disk ends such calls. */
    @Override
    public OptionalLong namelessBytes(Path workspace) {
        return OptionalLong.of(0);
    }

    @Override
    public synchronized boolean exceedsProcesses(int limit) {
        return most > limit;
    }

    @Override
    public void close() {}

    /** What is told of how the limits are held. */
    static String memory(SandboxLimits limits) {
        return limits.memoryBytes() + " bytes of all processes, sampled";
    }
}
