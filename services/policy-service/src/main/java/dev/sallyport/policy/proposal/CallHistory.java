package dev.sallyport.policy.proposal;

import dev.sallyport.servicekit.transaction.CommitBatch;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code proposal_history}: a row is one state that a call has been in, in order. */
@Component
public class CallHistory {
    /** The rows of the calls are held, so nobody else adds to their histories. */
    private static final String APPEND = """
            insert into proposal_history (proposal_id, position, phase, outcome, code)
            select id, coalesce((select max(position) from proposal_history where proposal_id = id), 0)
                + row_number() over (partition by id order by number),
              phase, outcome, code
            from unnest(:ids::text[], :phases::text[], :outcomes::text[], :codes::text[]) with ordinality
              as step (id, phase, outcome, code, number)""";

    private static final String STEPS = """
            select position, phase, outcome, code, at from proposal_history
            where proposal_id = :id and position > :after order by position""";

    private static final String POSITIONS = """
            select proposal_id, max(position) from proposal_history
            where proposal_id = any(:ids) group by proposal_id""";

    private static final int BYTES_OF_STATE = 100;

    private static final String FORGET = "delete from proposal_history where proposal_id = any(:ids)";

    private final JdbcClient jdbc;
    private final CallSignals signals;
    private final CommitBatch<Added> added = new CommitBatch<>(this::insert, _ -> BYTES_OF_STATE);

    CallHistory(JdbcClient jdbc, CallSignals signals) {
        this.jdbc = jdbc;
        this.signals = signals;
    }

    private record Added(String proposalId, CallState state) {}

    /**
     * One state in a call's history.
     *
     * @param position counted from 1
     * @param state the state
     * @param at since when
     */
    public record Step(int position, CallState state, Instant at) {}

    /** Notes a state within the caller's transaction, and wakes whoever waits for the call after the commit. */
    void append(String proposalId, CallState state) {
        added.add(new Added(proposalId, state));
        signals.afterCommit(proposalId);
    }

    private void insert(List<Added> rows) {
        jdbc.sql(APPEND)
                .param("ids", rows.stream().map(Added::proposalId).toArray(String[]::new))
                .param(
                        "phases",
                        rows.stream().map(row -> row.state().phase().name()).toArray(String[]::new))
                .param(
                        "outcomes",
                        rows.stream().map(row -> wire(row.state().outcome())).toArray(String[]::new))
                .param("codes", rows.stream().map(row -> row.state().code()).toArray(String[]::new))
                .update();
    }

    private static @Nullable String wire(@Nullable CallOutcome outcome) {
        return outcome == null ? null : outcome.wire();
    }

    /** The states after this position. */
    List<Step> steps(String proposalId, int after) {
        return jdbc.sql(STEPS)
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

    /** Forgets the states of these calls. */
    public void forget(List<String> proposalIds) {
        jdbc.sql(FORGET).param("ids", proposalIds.toArray(String[]::new)).update();
    }

    /** Wakes those who wait for a call that another replica has moved on, with one query for all that wait. */
    public void watch() {
        Set<String> awaited = signals.awaited();
        signals.reached(awaited.isEmpty() ? Map.of() : positions(awaited));
    }

    private Map<String, Integer> positions(Collection<String> proposalIds) {
        Map<String, Integer> positions = new HashMap<>();
        jdbc.sql(POSITIONS).param("ids", proposalIds.toArray(String[]::new)).query(row -> {
            positions.put(row.getString(1), row.getInt(2));
        });
        return positions;
    }

    private static @Nullable CallOutcome outcome(@Nullable String wire) {
        return wire == null ? null : WireName.find(CallOutcome.class, wire).orElseThrow();
    }
}
