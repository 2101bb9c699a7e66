package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.ProposedCall;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.RunKey;
import org.jspecify.annotations.Nullable;

/**
 * Which call it is, as a reader sees it. Part of larger answers.
 *
 * @param proposalId absent where no call is concerned
 * @param principal absent, as are tool, session and run, until the proposal is in the log
 */
public record CallView(
        @Nullable String proposalId,
        @Nullable String principal,
        @Nullable String tool,
        @Nullable String sessionId,
        @Nullable String runId) {
    private static final CallView NONE = new CallView(null, null, null, null, null);

    /** The view of a call; of none where the id is null. */
    public static CallView of(@Nullable ProposalId id, @Nullable ProposedCall proposed) {
        if (id == null) {
            return NONE;
        }
        if (proposed == null) {
            return new CallView(id.ulid(), null, null, null, null);
        }
        RunKey run = proposed.run();
        return new CallView(id.ulid(), run.principal(), proposed.tool(), run.session(), run.run());
    }
}
