package dev.sallyport.policy.proposal.admission;

/** The run has used up even its denied calls; nothing of the proposal is stored. */
public final class RunSpentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunSpentException() {
        super("This run has used up even the calls that may be denied. Stop, and tell whoever you work for what was"
                + " denied and why.");
    }
}
