package dev.sallyport.executor.sandbox.protect;

import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call after whose end the protected files of its workspace are compared and put back. */
public final class GuardedCall implements SandboxedCall {
    private static final String FACT = "protected_names";

    private final SandboxedCall call;
    private final ProtectedWorkspaces.Guard guard;

    /** Guards a call that has just been started, by files that were kept before. Its end is that of the guard. */
    public GuardedCall(SandboxedCall call, ProtectedWorkspaces.Guard guard) {
        this.call = call;
        this.guard = guard;
    }

    @Override
    public void kill(KillCause cause) {
        call.kill(cause);
    }

    @Override
    public SandboxResult await() throws InterruptedException {
        // Where it cannot be said that the call has ended, the guard stays.
        SandboxResult result = call.await();
        try {
            return compared(result);
        } finally {
            guard.end();
        }
    }

    private SandboxResult compared(SandboxResult result) {
        if (!result.treeGone()) {
            return with(result, EnforcementFacts.unsupported(FACT, "not compared: a process is left"), null);
        }
        try {
            List<String> changed = guard.restore();
            if (changed.isEmpty()) {
                return with(result, EnforcementFacts.enforced(FACT, "compared after the end, unchanged"), null);
            }
            String names = String.join(", ", changed);
            return with(
                    result,
                    EnforcementFacts.enforced(FACT, "put back after the end: " + shortened(names)),
                    new ToolFailure.SandboxViolation("The tool changed protected files, which were put back as they"
                            + " were: " + shortened(names) + ". Let a person change them."));
        } catch (IOException | ToolFailure e) {
            return with(
                    result,
                    EnforcementFacts.unsupported(FACT, "not put back: " + e.getMessage()),
                    new ToolFailure.SandboxViolation("The workspace could not be searched for changes of protected"
                            + " files after the tool had ended: look at it before anybody works in it."));
        }
    }

    private static String shortened(String names) {
        return names.length() > 300 ? names.substring(0, 300) + " …" : names;
    }

    /** What is said of protected files goes before a limit that the tool exceeded, not before whoever ended it. */
    private static SandboxResult with(SandboxResult result, Fact fact, @Nullable ToolFailure failure) {
        List<Fact> facts = new ArrayList<>(result.facts());
        facts.add(fact);
        boolean changes = failure != null
                && (result.failure() == null
                        || result.failure() instanceof ToolFailure.QuotaExceeded
                        || result.failure() instanceof ToolFailure.TimedOut);
        return new SandboxResult(
                changes ? null : result.exitStatus(),
                changes ? null : result.signal(),
                changes ? failure : result.failure(),
                result.stdout(),
                result.stderr(),
                facts,
                result.use(),
                result.startedAt(),
                result.endedAt(),
                result.treeGone());
    }
}
