package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a call ended on this node; becomes a tool-executed/v1. */
public sealed interface ToolResult {
    /** Code of a call that did what it should. */
    String OK = "OK";

    /** Code of a program that ended with another exit status than 0. */
    String EXIT_STATUS = "EXIT_STATUS";

    /** Code of a built-in that failed for no reason that has a code of its own. */
    String TOOL_FAILED = "TOOL_FAILED";

    /** How it ended. */
    CallOutcome outcome();

    /** {@link #OK} or why it ended otherwise, UPPER_SNAKE. */
    String code();

    /** What it gave, in the order of the statement. */
    List<Output> outputs();

    /** When it ended. */
    Instant endedAt();

    /** Nothing of the tool has run. */
    record NotRun(CallOutcome outcome, String code, List<Output> outputs, Instant endedAt) implements ToolResult {
        /** Copies the list. */
        public NotRun {
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * The tool ran.
     *
     * @param exit how its process ended, {@link Exit#NONE} where there was none or the sandbox ended it
     * @param ran what ran
     * @param sandbox what was observed in force
     * @param used what it used
     */
    record Ended(
            CallOutcome outcome,
            String code,
            Exit exit,
            Ran ran,
            SandboxEnforcement sandbox,
            Resources used,
            List<Output> outputs,
            Instant startedAt,
            Instant endedAt)
            implements ToolResult {
        /** Copies the list. */
        public Ended {
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * How a process ended, as the kernel told.
     *
     * @param status its exit status, null if it did not exit
     * @param signal the signal that ended it, null without one
     */
    record Exit(@Nullable Integer status, @Nullable Integer signal) {
        /** No process ended by itself. */
        public static final Exit NONE = new Exit(null, null);
    }

    /**
     * One output as kept.
     *
     * @param totalSha256 hex SHA-256 over all bytes, null where {@code kept} are all
     */
    @SuppressWarnings("ArrayRecordComponent") // a tool's bytes, never compared
    record Output(
            String name,
            byte[] kept,
            long totalBytes,
            @Nullable String totalSha256) {}

    /** The call was refused: nothing ran. */
    static NotRun refused(String code, String detail, Instant at) {
        return new NotRun(CallOutcome.REFUSED, code, List.of(explanation(code, detail)), at);
    }

    /** The call failed before the tool was started: nothing ran. */
    static NotRun refused(ToolFailure failure, Instant at) {
        return refused(failure.code().name(), failure.detail(), at);
    }

    /** An output that explains a code to people, as {@code {"code","detail"}}. */
    static Output explanation(String code, String detail) {
        return ToolJson.value(Map.of("code", code, "detail", detail));
    }
}
