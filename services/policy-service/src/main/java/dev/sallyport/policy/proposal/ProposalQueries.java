package dev.sallyport.policy.proposal;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads calls: one's own, or everybody's of the workspace with {@code proposal.read.all}. Others do not exist. */
@Component
public class ProposalQueries {
    /** Sorts after every ULID. */
    private static final String AFTER_ALL = "~";

    private final CallTable calls;
    private final CallHistory history;
    private final CallSignals signals;

    ProposalQueries(CallTable calls, CallHistory history, CallSignals signals) {
        this.calls = calls;
        this.history = history;
        this.signals = signals;
    }

    /** The call as it is now. */
    public Optional<CallView> find(Principal reader, String proposalId) {
        return calls.view(reader.workspaceId(), proposalId).filter(view -> mayRead(reader, view.call()));
    }

    /** Why the call was decided as it last was: the whole explanation, canonical JSON. Empty once it was forgotten. */
    public Optional<String> explanation(Principal reader, String proposalId) {
        return findCall(reader, proposalId).flatMap(call -> calls.explanation(call.id()));
    }

    /** The states that the call has been in, in their order; empty for one that is not this reader's to read. */
    public List<CallHistory.Step> history(Principal reader, String proposalId) {
        return findCall(reader, proposalId)
                .map(call -> history.steps(call.id(), 0))
                .orElse(List.of());
    }

    private Optional<Call> findCall(Principal reader, String proposalId) {
        return calls.find(proposalId)
                .filter(call -> call.proposal().workspaceId().equals(reader.workspaceId()) && mayRead(reader, call));
    }

    private static boolean mayRead(Principal reader, Call call) {
        return call.proposal().principal().equals(reader.name()) || reader.may(Permission.PROPOSAL_READ_ALL);
    }

    /** Waits until the call has ended or the time is up. Whoever waits holds nothing of the call that is large. */
    public void awaitEnd(Principal reader, String proposalId, Duration most) {
        signals.await(
                proposalId,
                most,
                () -> findCall(reader, proposalId),
                seen -> seen.isEmpty() || seen.get().progress().done());
    }

    /** The states after this position, as soon as there are any; empty when the time is up. */
    public List<CallHistory.Step> awaitSteps(String proposalId, int after, Duration most) {
        return signals.await(proposalId, most, () -> history.steps(proposalId, after), seen -> !seen.isEmpty());
    }

    /**
     * Which calls to list. Null takes all.
     *
     * @param session of this session
     * @param run of this run
     * @param tool of this tool
     * @param phase that are in this phase
     * @param outcome that ended so
     * @param from proposed then or later
     * @param to proposed before
     */
    public record Filter(
            @Nullable String session,
            @Nullable String run,
            @Nullable String tool,
            @Nullable Phase phase,
            @Nullable CallOutcome outcome,
            Instant from,
            Instant to) {}

    /** Calls, the newest first. */
    public Page<Call> page(Principal reader, Filter filter, PageRequest asked) {
        String before = asked.after() == null ? AFTER_ALL : asked.after();
        List<Call> found = reader.may(Permission.PROPOSAL_READ_ALL)
                ? calls.page(reader.workspaceId(), filter, before, asked.oneMore())
                : calls.page(reader.workspaceId(), reader.name(), filter, before, asked.oneMore());
        return Page.of(found, asked, Call::id);
    }
}
