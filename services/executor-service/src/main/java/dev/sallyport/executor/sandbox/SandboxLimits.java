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

    /** Refuses what no tool could run with by {@link IllegalArgumentException}: memory below 1 MiB, fewer than 8 open files. */
    public SandboxLimits {
        if (wallMillis <= 0
                || cpuMillis <= 0
                || memoryBytes < (1 << 20)
                || processes <= 0
                || openFiles < 8
                || fileBytes < 0
                || outputBytes < 0
                || scratchBytes < 4096
                || workspaceBytes < 0
                || workspaceFiles < 0) {
            throw new IllegalArgumentException("limits must be positive: " + wallMillis + " ms, " + memoryBytes
                    + " bytes, " + processes + " processes, " + openFiles + " files");
        }
    }

    /** These with another time from start to end, in ms. */
    public SandboxLimits withWallMillis(long millis) {
        return new SandboxLimits(
                millis,
                cpuMillis,
                memoryBytes,
                processes,
                openFiles,
                fileBytes,
                outputBytes,
                scratchBytes,
                workspaceBytes,
                workspaceFiles);
    }

    /** These with another CPU time of all processes together, in ms. */
    public SandboxLimits withCpuMillis(long millis) {
        return new SandboxLimits(
                wallMillis,
                millis,
                memoryBytes,
                processes,
                openFiles,
                fileBytes,
                outputBytes,
                scratchBytes,
                workspaceBytes,
                workspaceFiles);
    }

    /** These with another amount of memory, in bytes. */
    public SandboxLimits withMemoryBytes(long bytes) {
        return new SandboxLimits(
                wallMillis,
                cpuMillis,
                bytes,
                processes,
                openFiles,
                fileBytes,
                outputBytes,
                scratchBytes,
                workspaceBytes,
                workspaceFiles);
    }

    /** These with another number of processes and threads. */
    public SandboxLimits withProcesses(int count) {
        return new SandboxLimits(
                wallMillis,
                cpuMillis,
                memoryBytes,
                count,
                openFiles,
                fileBytes,
                outputBytes,
                scratchBytes,
                workspaceBytes,
                workspaceFiles);
    }

    /** These with another size of any one file, in bytes. */
    public SandboxLimits withFileBytes(long bytes) {
        return new SandboxLimits(
                wallMillis,
                cpuMillis,
                memoryBytes,
                processes,
                openFiles,
                bytes,
                outputBytes,
                scratchBytes,
                workspaceBytes,
                workspaceFiles);
    }

    /** These with another size of stdout and stderr together, in bytes. */
    public SandboxLimits withOutputBytes(long bytes) {
        return new SandboxLimits(
                wallMillis,
                cpuMillis,
                memoryBytes,
                processes,
                openFiles,
                fileBytes,
                bytes,
                scratchBytes,
                workspaceBytes,
                workspaceFiles);
    }

    /** These with another bound of the workspace: bytes of all files together, and files and folders. */
    public SandboxLimits withWorkspace(long bytes, int files) {
        return new SandboxLimits(
                wallMillis,
                cpuMillis,
                memoryBytes,
                processes,
                openFiles,
                fileBytes,
                outputBytes,
                scratchBytes,
                bytes,
                files);
    }
}
