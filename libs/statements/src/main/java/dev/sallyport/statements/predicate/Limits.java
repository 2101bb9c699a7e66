package dev.sallyport.statements.predicate;

/**
 * What a call may use up.
 *
 * @param wallMs wall clock, milliseconds
 * @param cpuMs processor time, milliseconds
 * @param memoryBytes memory of the whole tree
 * @param outputBytes standard output and error together
 * @param processes processes and threads at a time
 * @param openFiles open descriptors of one process
 * @param fileBytes size of one file
 * @param workspaceBytes size of the workspace
 */
public record Limits(
        long wallMs,
        long cpuMs,
        long memoryBytes,
        long outputBytes,
        int processes,
        int openFiles,
        long fileBytes,
        long workspaceBytes) {}
