package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.CapturedStream;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Instant;
import java.util.Arrays;
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
     * One output as kept: its first bytes, and its last ones where some between them are missing.
     *
     * @param tail empty where nothing is missing before the end
     * @param totalSha256 hex SHA-256 over all bytes, null where it is not known or the kept bytes are all
     */
    @SuppressWarnings("ArrayRecordComponent") // a tool's bytes, never compared
    record Output(
            String name,
            byte[] head,
            byte[] tail,
            long totalBytes,
            @Nullable String totalSha256) {
        /** Of what is kept of a long output, one part of so many is its end. */
        private static final int LAST_PART = 4;

        private static final byte[] NOTHING = {};

        /** All of it. */
        public static Output whole(String name, byte[] bytes) {
            return new Output(name, bytes, NOTHING, bytes.length, null);
        }

        /** A part of something; what is missing is missing outside of it, not within. */
        public static Output cutAtItsEnd(String name, byte[] bytes, long totalBytes) {
            return new Output(name, bytes, NOTHING, totalBytes, null);
        }

        /** What a stream gave. */
        public static Output of(String name, CapturedStream stream) {
            return stream.truncated()
                    ? new Output(name, stream.head(), stream.tail(), stream.totalBytes(), stream.sha256())
                    : whole(name, stream.kept());
        }

        /** How many bytes are kept. */
        public int length() {
            return head.length + tail.length;
        }

        /** The kept bytes, those before and after what is missing joined. */
        public byte[] kept() {
            byte[] kept = Arrays.copyOf(head, length());
            System.arraycopy(tail, 0, kept, head.length, tail.length);
            return kept;
        }

        /** How many bytes are missing between head and tail. */
        public long missing() {
            return tail.length == 0 ? 0 : totalBytes - length();
        }

        /** The same in at most so many bytes: first ones, and last ones unless the end is missing already. */
        public Output within(int bytes) {
            if (length() <= bytes) {
                return this;
            }
            if (tail.length == 0 && totalBytes > head.length) {
                return new Output(name, Arrays.copyOf(head, bytes), tail, totalBytes, totalSha256);
            }
            byte[] end = tail.length == 0 ? head : tail;
            int last = Math.min(end.length, bytes / LAST_PART);
            int first = Math.min(head.length, bytes - last);
            return new Output(
                    name,
                    Arrays.copyOf(head, first),
                    Arrays.copyOfRange(end, end.length - last, end.length),
                    totalBytes,
                    tail.length == 0 ? Digest.of(head).hex() : totalSha256);
        }
    }

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
