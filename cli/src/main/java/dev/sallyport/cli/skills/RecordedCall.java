package dev.sallyport.cli.skills;

import dev.sallyport.skillrunner.SkillFailure;
import dev.sallyport.skillrunner.SkillLogLine;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the evidence says of how a call of a skill ended: code, answer, log and fuel, to be compared with another run. */
final class RecordedCall {
    private static final String OK = "OK";

    /** The node has judged what the module sent, which nothing is sent to when the call is repeated. */
    private static final String SECRET_ELSEWHERE = "SECRET_ELSEWHERE";

    private final ToolExecuted executed;
    private final Map<Digest, byte[]> details;

    /**
     * How it ended.
     *
     * @param details the details of the call that were not erased, by their digests
     */
    RecordedCall(ToolExecuted executed, Map<Digest, byte[]> details) {
        this.executed = executed;
        this.details = details;
    }

    /** Whether the call's module is what ended it; what ended it otherwise does not come again. */
    boolean endedByItself() {
        return executed.ran() != null
                && executed.outcome() != CallOutcome.CANCELLED
                && executed.outcome() != CallOutcome.INDETERMINATE;
    }

    /** The code in the statement. */
    String code() {
        return executed.code();
    }

    /** The answer; null where there was none, or it was erased or was too long to be kept. */
    @Nullable
    String answer() {
        return output("stdout")
                .map(this::content)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse(null);
    }

    /** The fuel that the module used; empty where it is not stated. */
    String fuel() {
        ToolExecuted.SandboxEnforcement sandbox = executed.sandbox();
        return sandbox == null
                ? ""
                : sandbox.facts().stream()
                        .filter(fact -> fact.name().equals("fuel_used"))
                        .map(fact -> String.valueOf(fact.value()))
                        .findFirst()
                        .orElse("");
    }

    /** How something of the other run compares with what was recorded. */
    enum Compared {
        SAME,
        OTHER,
        /** It was erased, so that nobody can tell. */
        ERASED
    }

    /** The code that such an end would have in a statement. */
    static String code(SkillResult result) {
        return result instanceof SkillResult.Failed failed ? failed.failure().code() : OK;
    }

    /** Whether it ended with the same code. */
    boolean hasCodeOf(SkillResult result) {
        boolean repeated =
                !(result instanceof SkillResult.Failed failed && failed.failure() == SkillFailure.NOT_REPEATED);
        return repeated
                && (executed.code().equals(SECRET_ELSEWHERE) || executed.code().equals(code(result)));
    }

    /** Whether fuel and log are the module's alone: time ends a call anywhere. */
    private boolean isExact() {
        return executed.outcome() != CallOutcome.TIMED_OUT;
    }

    /** Whether the module used the same fuel; whatever it used where its time was over. */
    boolean hasFuelOf(SkillResult result) {
        return !isExact() || fuel().equals(Long.toString(result.usage().fuel()));
    }

    /** The answer, against what was recorded; there is none of a failure. */
    Compared answerOf(SkillResult result) {
        if (executed.code().equals(SECRET_ELSEWHERE)) {
            return Compared.SAME;
        }
        byte[] now = result instanceof SkillResult.Answered answered
                ? answered.output().getBytes(StandardCharsets.UTF_8)
                : null;
        return compared("stdout", now);
    }

    /** The log, against what was recorded; nothing is compared where the call's time was over. */
    Compared logOf(SkillResult result) {
        return isExact()
                ? compared("stderr", result.log().isEmpty() ? null : SkillLogLine.bytes(result.log()))
                : Compared.SAME;
    }

    private Compared compared(String name, byte @Nullable [] now) {
        Optional<ToolExecuted.Output> recorded = output(name);
        if (recorded.isEmpty() || now == null) {
            return recorded.isEmpty() && now == null ? Compared.SAME : Compared.OTHER;
        }
        // One that was longer than evidence keeps is known by its digest.
        Digest whole = recorded.get().totalSha256();
        if (whole != null) {
            return whole.equals(Digest.of(now)) ? Compared.SAME : Compared.OTHER;
        }
        byte[] kept = content(recorded.get());
        if (kept == null) {
            return Compared.ERASED;
        }
        return Arrays.equals(kept, now) ? Compared.SAME : Compared.OTHER;
    }

    private Optional<ToolExecuted.Output> output(String name) {
        return executed.outputs().stream()
                .filter(output -> output.name().equals(name))
                .findFirst();
    }

    private byte @Nullable [] content(ToolExecuted.Output output) {
        byte[] detail = details.get(output.detail().digest());
        return detail == null ? null : Detail.ofBytes(detail).content();
    }

    /** The bytes of an output; null where there is none or it was erased. */
    byte @Nullable [] bytes(String name) {
        return output(name).map(this::content).orElse(null);
    }
}
