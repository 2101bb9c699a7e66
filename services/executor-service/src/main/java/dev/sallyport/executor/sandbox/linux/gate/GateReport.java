package dev.sallyport.executor.sandbox.linux.gate;

import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.call.WaitStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a sandbox's first process told of the tool's end, on a socket that no other process has: the wait status
 * itself, so that no exit status is taken for a signal and no signal for a limit. Without a word of it the sandbox was
 * ended from outside.
 */
public final class GateReport {
    private static final String READY = "ready";
    private static final String FAILED = "failed";
    private static final int SIGXCPU = 24;
    private static final int SIGXFSZ = 25;
    private static final int SIGSYS = 31;

    /** Errors of fork(2) and execve(2) that have a cause worth naming (asm-generic/errno-base.h). */
    private static final int EAGAIN = 11;

    private final List<String> words;

    private GateReport(List<String> words) {
        this.words = words;
    }

    /**
     * Takes the lines that were told by now.
     *
     * @param lines the first that tells of an end counts: a program that cannot be executed ends its process as well
     */
    public static GateReport of(List<String> lines) {
        return new GateReport(lines.stream()
                .map(line -> List.of(line.split(" ", -1)))
                .filter(words -> !words.getFirst().equals(READY))
                .findFirst()
                // "failed STEP ERRNO": which step it was is for whoever waits at the gate.
                .map(words -> words.getFirst().equals(FAILED) ? List.of(FAILED, words.getLast()) : words)
                .orElse(List.of()));
    }

    /** How the tool ended. */
    public WaitStatus status(SandboxLimits limits) {
        return switch (words.isEmpty() ? "" : words.getFirst()) {
            case "exited" -> number(1).<WaitStatus>map(WaitStatus.Exited::new).orElseGet(WaitStatus.Unknown::new);
            case "signalled" ->
                number(1).map(signal -> signalled(signal, limits)).orElseGet(WaitStatus.Unknown::new);
            case FAILED -> number(1).<WaitStatus>map(GateReport::failed).orElseGet(WaitStatus.Unknown::new);
            case "files" ->
                new WaitStatus.MemoryLimit(
                        "The call made more files in a temporary folder than its size has blocks of 4096 bytes.");
            default -> new WaitStatus.Unknown();
        };
    }

    /** CPU time of the tool's first process and of the children it waited for, in ms; empty if it was not told. */
    public OptionalLong cpuMillis() {
        return ended(2, 1);
    }

    /** The most memory that one of these processes held, in bytes; empty if it was not told. */
    public OptionalLong peakMemoryBytes() {
        return ended(3, 1024);
    }

    private OptionalLong ended(int index, long unit) {
        Optional<Integer> told = !words.isEmpty()
                        && (words.getFirst().equals("exited")
                                || words.getFirst().equals("signalled")
                                || words.getFirst().equals("killed"))
                ? number(index)
                : Optional.empty();
        return told.isPresent() ? OptionalLong.of(told.get() * unit) : OptionalLong.empty();
    }

    private WaitStatus signalled(int signal, SandboxLimits limits) {
        return switch (signal) {
            // A process can send this signal to itself; it is the limit's only if the time was used.
            case SIGXCPU ->
                cpuMillis().orElse(0) >= limits.cpuMillis() * 3 / 4
                        ? new WaitStatus.CpuLimit()
                        : new WaitStatus.Signalled(signal);
            case SIGXFSZ -> new WaitStatus.FileLimit();
            case SIGSYS ->
                new WaitStatus.Forbidden(
                        "The tool was ended by SIGSYS: the kernel sends it for a system call of a foreign architecture"
                                + " or ABI.");
            default -> new WaitStatus.Signalled(signal);
        };
    }

    private static WaitStatus failed(int error) {
        return new WaitStatus.NotStarted(
                error == EAGAIN
                        ? "No process could be made for the tool: this node's kernel counts the processes of a user"
                                + " over all sandboxes (Linux before 5.14), or has no more to give."
                        : "The program could not be executed (errno " + error + ").");
    }

    private Optional<Integer> number(int index) {
        return words.size() > index && words.get(index).matches("[0-9]{1,9}")
                ? Optional.of(Integer.valueOf(words.get(index)))
                : Optional.empty();
    }
}
