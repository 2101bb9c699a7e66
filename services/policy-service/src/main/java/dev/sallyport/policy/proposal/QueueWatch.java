package dev.sallyport.policy.proposal;

import dev.sallyport.policy.permit.NodeOffers;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.predicate.Tier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Says of queued calls that no node is there to claim them, and takes it back when one is. Only what is said changes:
 * who may claim what is control's to decide, from the permit.
 */
@Component
class QueueWatch {
    private static final int MOST_AT_ONCE = 200;
    private static final String QUEUED = "phase = 'QUEUE' and stop_reason is null and permit_pool is not null";

    private final JdbcClient jdbc;
    private final ToolProposals calls;
    private final CallTransitions transitions;
    private final NodeOffers control;
    private final TransactionTemplate transaction;

    QueueWatch(
            JdbcClient jdbc,
            ToolProposals calls,
            CallTransitions transitions,
            NodeOffers control,
            TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.calls = calls;
        this.transitions = transitions;
        this.control = control;
        this.transaction = transaction;
    }

    private record Demand(String pool, Tier tier) {}

    /** One look. What control has not answered about stays as it was said last. */
    void look() {
        List<Demand> demands = demands();
        if (demands.isEmpty()) {
            return;
        }
        Optional<Map<String, Set<Tier>>> offers = control.now();
        if (offers.isEmpty()) {
            return;
        }
        for (Demand demand : demands) {
            String code = WaitReason.of(demand.pool(), demand.tier(), offers.get())
                    .map(WaitReason::name)
                    .orElse(null);
            toldOtherwise(demand, code).forEach(id -> tell(id, demand, code));
        }
    }

    private void tell(String id, Demand demand, @Nullable String code) {
        try (Traces.Scope _ = Traces.proposal(id)) {
            transaction.executeWithoutResult(status -> calls.lock(id)
                    .filter(call -> call.waits(demand.pool(), demand.tier(), code))
                    .ifPresent(transitions::note));
        }
    }

    private List<Demand> demands() {
        return jdbc.sql("select distinct permit_pool, permit_tier from proposal where " + QUEUED)
                .query((rs, n) -> new Demand(rs.getString("permit_pool"), Tier.valueOf(rs.getString("permit_tier"))))
                .list();
    }

    private List<String> toldOtherwise(Demand demand, @Nullable String code) {
        return jdbc.sql("select proposal_id from proposal where " + QUEUED + """
                         and permit_pool = :pool and permit_tier = :tier and code is distinct from :code
                        order by proposal_id limit :most""")
                .param("pool", demand.pool())
                .param("tier", demand.tier().name())
                .param("code", code, java.sql.Types.VARCHAR)
                .param("most", MOST_AT_ONCE)
                .query(String.class)
                .list();
    }
}
