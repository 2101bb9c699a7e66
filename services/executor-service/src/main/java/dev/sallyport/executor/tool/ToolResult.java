package dev.sallyport.executor.tool;

import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended on this node; becomes a tool-executed/v1.
 *
 * @param code {@code OK} or a typed code
 * @param ran what ran, null when nothing did
 */
public record ToolResult(
        CallOutcome outcome,
        String code,
        @Nullable Integer exitCode,
        @Nullable Integer signal,
        @Nullable Ran ran,
        @Nullable SandboxEnforcement sandbox,
        @Nullable Resources resources,
        List<Output> outputs,
        @Nullable Instant startedAt,
        Instant endedAt) {

    /** Copies the list. */
    public ToolResult {
        outputs = List.copyOf(outputs);
    }

    /**
     * One output as kept.
     *
     * @param totalSha256 hex SHA-256 over all bytes, null where {@code kept} are all
     */
    @SuppressWarnings("ArrayRecordComponent") // a tool's bytes, never compared
    public record Output(
            String name,
            byte[] kept,
            long totalBytes,
            @Nullable String totalSha256) {}

    /** Nothing ran. */
    public static ToolResult refused(String code, String detail, Instant at) {
        return new ToolResult(
                CallOutcome.REFUSED, code, null, null, null, null, null, List.of(explanation(code, detail)), null, at);
    }

    /** An output that explains a code to people, as {@code {"code","detail"}}. */
    static Output explanation(String code, String detail) {
        return ToolJson.value(java.util.Map.of("code", code, "detail", detail));
    }
}
