package dev.sallyport.executor.sandbox;

/**
 * What one call may use at most.
 *
 * @param wallMillis time from start to end, in ms
 * @param cpuMillis CPU time of all processes together, in ms
 * @param memoryBytes memory of all processes together; where only rlimits hold, address space of each
 * @param processes processes and threads at a time
 * @param openFiles open files of each process
 * @param fileBytes size of any one file written
 * @param outputBytes stdout and stderr together; the call is ended beyond it
 * @param scratchBytes size of each of the private temporary file systems
 * @param workspaceBytes bytes in the workspace, all files together
 * @param workspaceFiles files and folders in the workspace
 */
public record SandboxLimits(
        long wallMillis,
        long cpuMillis,
        long memoryBytes,
        int processes,
        int openFiles,
        long fileBytes,
        long outputBytes,
        long scratchBytes,
        long workspaceBytes,
        int workspaceFiles) {
    /** Moderate limits for a call whose permit names none: 30 s, 256 MiB, 64 processes. */
    public static final SandboxLimits DEFAULT =
            new SandboxLimits(30_000, 20_000, 256L << 20, 64, 256, 64L << 20, 4L << 20, 32L << 20, 256L << 20, 10_000);

    /**
     * Refuses what no tool could run with by {@link IllegalArgumentException}: memory below 1 MiB, fewer than 8 open
     * files, files below 512 bytes.
     */
    public SandboxLimits {
        if (wallMillis <= 0
                || cpuMillis <= 0
                || memoryBytes < (1 << 20)
                || processes <= 0
                || openFiles < 8
                || fileBytes < 512
                || outputBytes < 0
                || scratchBytes < 4096
                || workspaceBytes < 0
                || workspaceFiles < 0) {
            throw new IllegalArgumentException("limits must be positive: " + wallMillis + " ms, " + memoryBytes
                    + " bytes, " + processes + " processes, " + openFiles + " files");
        }
    }
}
