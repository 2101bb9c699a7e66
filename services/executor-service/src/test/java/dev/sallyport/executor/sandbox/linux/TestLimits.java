package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.SandboxLimits;
import java.util.function.Consumer;

/** Limits of tests: the usual ones with 20 s from start to end, and what a test says differently. */
final class TestLimits {
    long wallMillis = 20_000;
    long cpuMillis = SandboxLimits.DEFAULT.cpuMillis();
    long memoryBytes = SandboxLimits.DEFAULT.memoryBytes();
    int processes = SandboxLimits.DEFAULT.processes();
    long fileBytes = SandboxLimits.DEFAULT.fileBytes();
    int openFiles = SandboxLimits.DEFAULT.openFiles();
    long outputBytes = SandboxLimits.DEFAULT.outputBytes();
    long workspaceBytes = SandboxLimits.DEFAULT.workspaceBytes();
    int workspaceFiles = SandboxLimits.DEFAULT.workspaceFiles();

    private TestLimits() {}

    static SandboxLimits with(Consumer<TestLimits> change) {
        TestLimits limits = new TestLimits();
        change.accept(limits);
        return new SandboxLimits(
                limits.wallMillis,
                limits.cpuMillis,
                limits.memoryBytes,
                limits.processes,
                limits.openFiles,
                limits.fileBytes,
                limits.outputBytes,
                SandboxLimits.DEFAULT.scratchBytes(),
                limits.workspaceBytes,
                limits.workspaceFiles);
    }
}
