package dev.sallyport.executor.sandbox;

import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way of this host to hold a process. */
public interface Sandbox extends AutoCloseable {
    /** The tier that it is. */
    Tier tier();

    /** Its name and version, as {@code bubblewrap 0.8.0}. */
    String backend();

    /**
     * Runs harmless programs in it: one that must work, and others that must be stopped.
     *
     * @param workspace an empty folder of the tools' user, to be used by nothing else
     * @return what was seen in force
     * @throws ToolFailure if one of them did not behave
     */
    List<Fact> prove(Path workspace) throws InterruptedException;

    /**
     * Runs the same programs, each beside itself without a sandbox, and goes on after one that did not behave.
     *
     * @param workspace an empty folder of the tools' user, to be used by nothing else
     */
    List<AttackResult> attack(Path workspace) throws InterruptedException;

    /**
     * Starts a call. Before its first instruction has run, the call has been proven to be inside its sandbox.
     *
     * @param stdin what the tool reads, null for nothing
     * @throws ToolFailure if nothing of the tool has run: {@code SandboxUnavailable}, {@code SpawnFailed},
     *     {@code EgressDenied}
     */
    default SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin) throws InterruptedException {
        return start(plan, stdin, () -> {});
    }

    /**
     * Starts a call as above that may be ended before it has begun.
     *
     * @param stillWanted asked right before the tool is let go; throws a {@link ToolFailure} if it must not be
     */
    SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted) throws InterruptedException;

    /** How many sandboxes wait for a call. */
    int waiting();

    /** Ends all that wait. Calls that run go on. */
    @Override
    void close();
}
