package dev.sallyport.policy.proposal;

import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.predicate.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads calls: one's own, or everybody's of the workspace with {@code proposal.read.all}. Others do not exist. */
@Component
public class ProposalQueries {
    /** Sorts after every ULID. */
    private static final String AFTER_ALL = "~";

    private final ToolProposals calls;
    private final CallSignals signals;
    private final JdbcClient jdbc;

    ProposalQueries(ToolProposals calls, CallSignals signals, JdbcClient jdbc) {
        this.calls = calls;
        this.signals = signals;
        this.jdbc = jdbc;
    }

    /**
     * One state in a call's history.
     *
     * @param position counted from 1
     * @param state the state
     * @param at since when
     */
    public record Step(int position, CallState state, Instant at) {}

    /** The call as it is now. */
    public Optional<ProposalView> find(Principal reader, String proposalId) {
        return calls.findByProposalIdAndWorkspaceId(proposalId, reader.workspaceId())
                .filter(call -> call.principal().equals(reader.name()) || reader.may(Permission.PROPOSAL_READ_ALL))
                .map(ProposalView::of);
    }

    /** The call when it has ended, or as it is when the time is up. */
    public Optional<ProposalView> await(Principal reader, String proposalId, Duration most) {
        return signals.await(
                proposalId,
                most,
                () -> find(reader, proposalId),
                seen -> seen.isEmpty() || seen.get().state().phase() == Phase.DONE);
    }

    /** The states after this position, as soon as there are any; empty when the time is up. */
    public List<Step> awaitSteps(String proposalId, int after, Duration most) {
        return signals.await(proposalId, most, () -> steps(proposalId, after), seen -> !seen.isEmpty());
    }

    /** The newest calls before this id. */
    public List<ProposalView> page(Principal reader, @Nullable String before, int limit) {
        String start = before == null ? AFTER_ALL : before;
        List<ToolProposal> page = reader.may(Permission.PROPOSAL_READ_ALL)
                ? calls.page(reader.workspaceId(), start, Limit.of(limit))
                : calls.pageOf(reader.workspaceId(), reader.name(), start, Limit.of(limit));
        return page.stream().map(ProposalView::of).toList();
    }

    private List<Step> steps(String proposalId, int after) {
        return jdbc.sql("""
                        select position, phase, outcome, code, at from proposal_history
                        where proposal_id = :id and position > :after order by position""")
                .param("id", proposalId)
                .param("after", after)
                .query((rs, n) -> new Step(
                        rs.getInt("position"),
                        new CallState(
                                Phase.valueOf(rs.getString("phase")),
                                outcome(rs.getString("outcome")),
                                rs.getString("code")),
                        rs.getObject("at", OffsetDateTime.class).toInstant()))
                .list();
    }

    private static @Nullable CallOutcome outcome(@Nullable String wire) {
        return wire == null ? null : CallOutcome.valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
