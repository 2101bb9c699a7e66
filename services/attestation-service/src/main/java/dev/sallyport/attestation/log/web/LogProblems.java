package dev.sallyport.attestation.log.web;

import dev.sallyport.servicekit.problem.ProblemException;

/** Refusals that several controllers of the ledger have in common. */
public final class LogProblems {
    private LogProblems() {}

    /** Nothing can be proven yet. */
    public static ProblemException unpublished() {
        return ProblemException.unavailable(
                "NO_CHECKPOINT", "the log has not published a checkpoint yet; ask again in a second", null);
    }
}
