package dev.sallyport.executor.claim;

import jakarta.validation.constraints.NotNull;

/**
 * A node says how a call ended.
 *
 * @param record base64 of its signed ToolExecuted record, exact bytes
 */
public record FinishRequest(long fence, @NotNull String record) {}
