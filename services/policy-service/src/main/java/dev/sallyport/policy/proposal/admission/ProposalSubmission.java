package dev.sallyport.policy.proposal.admission;

import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.budget.CallerHour;
import dev.sallyport.policy.budget.Limits;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.CallTransitions;
import dev.sallyport.policy.proposal.decision.CallDecisions;
import dev.sallyport.policy.proposal.decision.DecisionUnavailableException;
import dev.sallyport.policy.proposal.decision.Explanations;
import dev.sallyport.policy.proposal.decision.HumanQuestion;
import dev.sallyport.policy.proposal.decision.HumanQuestions;
import dev.sallyport.policy.proposal.decision.Verdict;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.limit.Shares;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.servicekit.transaction.CommitBatch;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.record.Detail;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
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

    /** Of these, one principal's: a third always stays for the others. */
    private static final int AT_ONCE_OF_ONE = 8;

    /** So many of one principal are decided or wait for it, half of what the public connector serves at once. */
    private static final int MOST_OF_ONE = 64;

    /** So many ask the vault at once, without a place and without a connection. */
    private static final int ASKING_VAULT = 32;

    private static final int ASKING_VAULT_OF_ONE = 8;

    /** Not longer than the sender is likely to listen. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final ProposalReader reader;
    private final CallDecisions decisions;
    private final Explanations explanations;
    private final HumanQuestions questions;
    private final CallTransitions transitions;
    private final CallTable calls;
    private final CallBudgets budgets;
    private final RefusedProposals refused;
    private final RejectedProposals rejected;
    private final Idempotency idempotency;
    private final QuestionProperties limits;
    private final TransactionTemplate transaction;
    private final Shares places = new Shares(AT_ONCE, AT_ONCE_OF_ONE, MOST_OF_ONE);
    private final Shares vault = new Shares(ASKING_VAULT, ASKING_VAULT_OF_ONE, MOST_OF_ONE);

    ProposalSubmission(
            ProposalReader reader,
            CallDecisions decisions,
            Explanations explanations,
            HumanQuestions questions,
            CallTransitions transitions,
            CallTable calls,
            CallBudgets budgets,
            RefusedProposals refused,
            RejectedProposals rejected,
            Idempotency idempotency,
            QuestionProperties limits,
            TransactionTemplate transaction) {
        this.reader = reader;
        this.decisions = decisions;
        this.explanations = explanations;
        this.questions = questions;
        this.transitions = transitions;
        this.calls = calls;
        this.budgets = budgets;
        this.refused = refused;
        this.rejected = rejected;
        this.idempotency = idempotency;
        this.limits = limits;
        this.transaction = transaction;
    }

    /** Undoes the transaction: the call must be denied for this instead. */
    private static final class DeniedInstead extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final DecisionCode code;

        DeniedInstead(DecisionCode code) {
            super(code.name(), null, false, false);
            this.code = code;
        }
    }

    /**
     * Submits a proposal.
     *
     * @param caller who asks, as introspection found it
     * @param bytes the request's body
     * @param key the client's idempotency key, null without one
     * @return the proposal's id
     * @throws InvalidProposalException when it cannot be read or does not fit; it counts as a denied one, and nothing is
     *     stored
     * @throws IdempotencyKeyReusedException when the key stands for another body; it counts as a denied one
     * @throws OverloadedException when its turn does not come; nothing is stored
     * @throws DecisionUnavailableException when nothing can be decided now; nothing is stored
     * @throws BudgetSpentException when the run, or the principal's hour, has used up even its denied calls; nothing is
     *     stored
     */
    public String submit(Principal caller, byte[] bytes, @Nullable String key) {
        ProposalBody body = null;
        try {
            body = ProposalBody.read(bytes);
            return submit(caller, body, key);
        } catch (InvalidProposalException | IdempotencyKeyReusedException e) {
            rejected.count(caller, body);
            throw e;
        }
    }

    private String submit(Principal caller, ProposalBody body, @Nullable String key) {
        ClientKey clientKey = ClientKey.of(caller, key, body);
        Request request = new Request(caller, clientKey, body.rationale());
        String who = caller.workspaceId() + " " + caller.name();
        Verdict decided;
        try (Shares.Place _ = place(places, who)) {
            // A proposal that is sent again is not decided again.
            Optional<String> before = clientKey == null ? Optional.empty() : idempotency.find(clientKey);
            if (before.isPresent()) {
                return before.get();
            }
            ProposalReader.Undecided proposed = reader.read(caller, body);
            decided = decisions.decide(proposed.call(), proposed.tool());
            if (!decisions.needsVault(decided)) {
                return store(withinBudget(decided), request);
            }
        }
        // A vault that is slow keeps nobody waiting who does not ask it.
        try (Shares.Place _ = place(vault, who)) {
            decided = decisions.withSecrets(decided);
        }
        try (Shares.Place _ = place(places, who)) {
            return store(withinBudget(decided), request);
        }
    }

    /**
     * What would become of a proposal now. Nothing is stored, and no budget is used. A question that nobody could answer,
     * or that comes after too many others, is a denial.
     *
     * @param caller who would ask
     * @param bytes the proposal's body
     * @throws InvalidProposalException when it cannot be read or does not fit
     * @throws OverloadedException when its turn does not come
     * @throws DecisionUnavailableException when nothing can be decided now
     */
    public ToolDecision consider(Principal caller, byte[] bytes) {
        ProposalBody body = ProposalBody.read(bytes);
        String who = caller.workspaceId() + " " + caller.name();
        Verdict decided;
        try (Shares.Place _ = place(places, who)) {
            ProposalReader.Undecided proposed = reader.read(caller, body);
            decided = decisions.decide(proposed.call(), proposed.tool());
        }
        if (decisions.needsVault(decided)) {
            try (Shares.Place _ = place(vault, who)) {
                decided = decisions.withSecrets(decided);
            }
        }
        Verdict within = decided.decision().denied()
                ? decided
                : left(decided, decided.facts().left());
        if (!within.decision().approvalRequired()) {
            return within.decision();
        }
        if (questions.ask(within, body.rationale()).isEmpty()) {
            return within.deniedFor(DecisionCode.NO_APPROVER).decision();
        }
        return hasTooManyQuestions(within.call().proposal().runKey())
                ? within.deniedFor(DecisionCode.TOO_MANY_PENDING).decision()
                : within.decision();
    }

    private static Shares.Place place(Shares shares, String who) {
        return shares.take(who, LONGEST_WAIT).orElseThrow(OverloadedException::new);
    }

    /** Denies what has no chance by what the budget is now; it is taken, and may turn out to be used up, when stored. */
    private Verdict withinBudget(Verdict verdict) {
        CallBudgets.Left left = verdict.facts().left();
        Verdict within = verdict.decision().denied() ? verdict : left(verdict, left);
        if (within.decision().denied() && left.denialsOfHour() == 0) {
            throw hourSpent(verdict);
        }
        if (within.decision().denied() && left.denials() == 0) {
            throw runSpent(verdict);
        }
        return within;
    }

    private static Verdict left(Verdict allowed, CallBudgets.Left left) {
        if (left.callsOfHour() == 0) {
            return allowed.deniedFor(DecisionCode.HOURLY_BUDGET_EXHAUSTED);
        }
        return left.calls() == 0 ? allowed.deniedFor(DecisionCode.BUDGET_EXHAUSTED) : allowed;
    }

    /**
     * What of a request is not a part of the call.
     *
     * @param caller who asks
     * @param key the client's idempotency key, null without one
     * @param rationale the agent's own words; empty without any
     */
    private record Request(Principal caller, @Nullable ClientKey key, String rationale) {}

    private String store(Verdict verdict, Request request) {
        try {
            return storeOnce(verdict, request);
        } catch (DeniedInstead e) {
            if (!verdict.decision().denied()) {
                return store(verdict.deniedFor(e.code), request);
            }
            throw e.code == DecisionCode.HOURLY_BUDGET_EXHAUSTED ? hourSpent(verdict) : runSpent(verdict);
        }
    }

    private BudgetSpentException runSpent(Verdict verdict) {
        refused.count(verdict.call().proposal().runKey());
        return BudgetSpentException.ofRun();
    }

    private BudgetSpentException hourSpent(Verdict verdict) {
        CallerHour caller = caller(verdict);
        refused.count(caller);
        return BudgetSpentException.ofHour(Duration.between(verdict.facts().at(), caller.end()));
    }

    private String storeOnce(Verdict verdict, Request request) {
        // Before the transaction: a denial's explanation takes the policy engine's time.
        HumanQuestion question = null;
        if (verdict.decision().approvalRequired()) {
            question = questions
                    .ask(verdict, request.rationale())
                    .orElseThrow(() -> new DeniedInstead(DecisionCode.NO_APPROVER));
        }
        boolean mayReadTools = request.caller().may(Permission.TOOL_READ);
        CallTransitions.Admission admission = new CallTransitions.Admission(
                verdict,
                request.caller().tokenId(),
                request.rationale().isEmpty()
                        ? null
                        : Detail.of(request.rationale().getBytes(StandardCharsets.UTF_8)),
                explanations.of(verdict, mayReadTools),
                question);
        return Objects.requireNonNull(transaction.execute(_ -> store(admission, request)));
    }

    private String store(CallTransitions.Admission admission, Request request) {
        ClientKey key = request.key();
        Optional<String> known = key == null ? Optional.empty() : idempotency.claim(key);
        if (known.isPresent()) {
            return known.get();
        }
        Verdict verdict = admission.verdict();
        String id = verdict.call().proposal().proposalId();
        try (Traces.Scope _ = Traces.proposal(id)) {
            if (admission.question() != null) {
                refuseTooManyQuestions(verdict.call().proposal().runKey());
            }
            transitions.admit(admission);
        }
        if (key != null) {
            idempotency.bind(
                    key,
                    id,
                    admission.question() == null
                            ? Duration.ZERO
                            : Duration.ofSeconds(
                                    admission.question().obligations().timeoutS()));
        }
        CommitBatch.writeAll();
        // Last: all calls of a principal wait for these rows until the transaction ends.
        takeFromBudget(verdict);
        return id;
    }

    private boolean hasTooManyQuestions(RunKey run) {
        CallTable.Questions waiting = calls.questions(run);
        return waiting.ofPrincipal() >= limits.mostOfPrincipal() || waiting.ofSession() >= limits.mostOfSession();
    }

    private void refuseTooManyQuestions(RunKey run) {
        if (hasTooManyQuestions(run)) {
            throw new DeniedInstead(DecisionCode.TOO_MANY_PENDING);
        }
    }

    private void takeFromBudget(Verdict verdict) {
        Limits limits = verdict.facts().config().limits();
        switch (verdict.decision().denied()
                ? budgets.deny(caller(verdict), limits)
                : budgets.reserve(caller(verdict), limits)) {
            case TAKEN -> {}
            case RUN_USED_UP -> throw new DeniedInstead(DecisionCode.BUDGET_EXHAUSTED);
            case HOUR_USED_UP -> throw new DeniedInstead(DecisionCode.HOURLY_BUDGET_EXHAUSTED);
        }
    }

    private static CallerHour caller(Verdict verdict) {
        return CallerHour.of(
                verdict.call().proposal().runKey(), verdict.call().proposal().createdAt());
    }
}
