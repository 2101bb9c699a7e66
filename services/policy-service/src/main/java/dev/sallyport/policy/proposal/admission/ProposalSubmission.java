package dev.sallyport.policy.proposal.admission;

import dev.sallyport.policy.budget.RunBudgets;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.proposal.CallTransitions;
import dev.sallyport.policy.proposal.decision.CallDecisions;
import dev.sallyport.policy.proposal.decision.Verdict;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.RunKey;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes proposals in: reads, decides, and then stores call, budget and statements in one transaction. */
@Component
public class ProposalSubmission {
    /**
     * So many are decided and stored at once; a burst queues before that. Fewer than the connections to the database,
     * so that agents never keep this service from what it does by itself.
     */
    private static final int AT_ONCE = 12;

    /** Not longer than the sender is likely to listen. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final ProposalReader reader;
    private final CallDecisions decisions;
    private final CallTransitions transitions;
    private final RunBudgets budgets;
    private final Idempotency idempotency;
    private final TransactionTemplate transaction;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    ProposalSubmission(
            ProposalReader reader,
            CallDecisions decisions,
            CallTransitions transitions,
            RunBudgets budgets,
            Idempotency idempotency,
            TransactionTemplate transaction) {
        this.reader = reader;
        this.decisions = decisions;
        this.transitions = transitions;
        this.budgets = budgets;
        this.idempotency = idempotency;
        this.transaction = transaction;
    }

    /**
     * Submits a proposal.
     *
     * @param caller who asks, as introspection found it
     * @param bytes the request's body
     * @param key the client's idempotency key, null without one
     * @return the proposal's id
     * @throws InvalidProposalException when it cannot be read or does not fit; nothing is stored
     * @throws IdempotencyKeyReusedException when the key stands for another body
     * @throws OverloadedException when its turn does not come; nothing is stored
     */
    public String submit(Principal caller, byte[] bytes, @Nullable String key) {
        ProposalBody body = ProposalBody.read(bytes);
        takePlace();
        try {
            return submit(caller, body, ClientKey.of(caller, key, bytes));
        } finally {
            places.release();
        }
    }

    private void takePlace() {
        try {
            if (places.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new OverloadedException();
    }

    private String submit(Principal caller, ProposalBody body, @Nullable ClientKey key) {
        // A proposal that is sent again is not decided again.
        Optional<String> before = key == null ? Optional.empty() : idempotency.find(key);
        if (before.isPresent()) {
            return before.get();
        }
        ProposalReader.Undecided proposed = reader.read(caller, body);
        Verdict verdict = decisions.decide(proposed.call(), proposed.tool());
        return Objects.requireNonNull(transaction.execute(_ -> store(verdict, caller.tokenId(), key)));
    }

    private String store(Verdict verdict, @Nullable String tokenId, @Nullable ClientKey key) {
        Optional<String> known = key == null ? Optional.empty() : idempotency.claim(key);
        if (known.isPresent()) {
            return known.get();
        }
        String id = verdict.call().proposal().proposalId();
        try (Traces.Scope _ = Traces.proposal(id)) {
            transitions.admit(withinBudget(verdict), tokenId);
        }
        if (key != null) {
            idempotency.bind(key, id);
        }
        return id;
    }

    /** Takes the call from its run's budget; without one left it is denied. */
    private Verdict withinBudget(Verdict verdict) {
        RunKey run = verdict.call().proposal().runKey();
        int most = verdict.facts().config().maxCallsPerRun();
        boolean denied = verdict.decision().denied();
        if (!denied && budgets.reserve(run, most)) {
            return verdict;
        }
        boolean counted = budgets.deny(run, most);
        return denied && counted ? verdict : verdict.deniedFor(DecisionCode.BUDGET_EXHAUSTED);
    }
}
