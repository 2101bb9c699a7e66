package dev.sallyport.policy.proposal.admission;

import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.budget.CallBudgets.Taken;
import dev.sallyport.policy.budget.CallerHour;
import dev.sallyport.policy.budget.Limits;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.servicekit.access.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts proposals that are rejected, because they cannot be read or do not fit, beside those that are denied: whoever
 * loops with a broken proposal is stopped as whoever loops against a closed door.
 */
@Component
class RejectedProposals {
    private final CallBudgets budgets;
    private final ToolCallConfigs configs;
    private final RefusedProposals refused;
    private final Clock clock;
    private final TransactionTemplate transaction;

    RejectedProposals(
            CallBudgets budgets,
            ToolCallConfigs configs,
            RefusedProposals refused,
            Clock clock,
            TransactionTemplate transaction) {
        this.budgets = budgets;
        this.configs = configs;
        this.refused = refused;
        this.clock = clock;
        this.transaction = transaction;
    }

    /**
     * Counts one of the caller's, in the run that it names, or in the hour's own where it cannot be read.
     *
     * @param body what could be read; null where that is nothing
     * @throws BudgetSpentException when the run, or the hour, has used up its denied calls
     */
    void count(Principal caller, @Nullable ProposalBody body) {
        Instant now = clock.instant();
        CallerHour whose = CallerHour.of(
                RunDefaults.of(caller, body == null ? null : body.sessionId(), body == null ? null : body.runId(), now),
                now);
        switch (take(whose)) {
            case TAKEN -> {}
            case RUN_USED_UP -> {
                refused.count(whose.run());
                throw BudgetSpentException.ofRun();
            }
            case HOUR_USED_UP -> {
                refused.count(whose);
                throw BudgetSpentException.ofHour(Duration.between(now, whose.end()));
            }
        }
    }

    private Taken take(CallerHour whose) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Limits limits = configs.current(whose.run().workspaceId()).limits();
            Taken taken = budgets.deny(whose, limits);
            if (taken != Taken.TAKEN) {
                status.setRollbackOnly();
            }
            return taken;
        }));
    }
}
