package dev.sallyport.policy.proposal;

import dev.sallyport.policy.budget.RunBudgets;
import dev.sallyport.policy.catalogue.ArgumentSchemas;
import dev.sallyport.policy.catalogue.ToolArgumentsException;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.DecisionCode;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes proposals: reads, checks, decides, and stores call, budget and statements in one transaction. */
@Component
public class ProposalSubmission {
    /** What a statement says of a tool that does not exist. */
    private static final String NO_VERSION = "none";

    /**
     * So many are decided and stored at once; a burst queues before that. Fewer than the connections to the database, so that
     * agents never keep this service from what it does by itself.
     */
    private static final int AT_ONCE = 12;

    /** Not longer than whoever asks is likely to listen. */
    private static final long LONGEST_WAIT_S = 15;

    private final ToolCatalogue catalogue;
    private final ArgumentSchemas schemas;
    private final CallDecider decider;
    private final CallTransitions transitions;
    private final CallStatements statements;
    private final ToolProposals calls;
    private final RunBudgets budgets;
    private final Idempotency idempotency;
    private final Ulids ulids;
    private final TransactionTemplate transaction;
    private final Semaphore places = new Semaphore(AT_ONCE, true);

    ProposalSubmission(
            ToolCatalogue catalogue,
            ArgumentSchemas schemas,
            CallDecider decider,
            CallTransitions transitions,
            CallStatements statements,
            ToolProposals calls,
            RunBudgets budgets,
            Idempotency idempotency,
            Ulids ulids,
            TransactionTemplate transaction) {
        this.catalogue = catalogue;
        this.schemas = schemas;
        this.decider = decider;
        this.transitions = transitions;
        this.statements = statements;
        this.calls = calls;
        this.budgets = budgets;
        this.idempotency = idempotency;
        this.ulids = ulids;
        this.transaction = transaction;
    }

    /**
     * Submits a proposal.
     *
     * @param caller who asks, as introspection found it
     * @param body the request's bytes
     * @param key the client's idempotency key, null without one
     * @return the proposal's id
     * @throws InvalidProposalException when it cannot be read or does not fit; nothing is stored
     * @throws IdempotencyKeyReusedException when the key stands for another body
     * @throws OverloadedException when its turn does not come; nothing is stored
     */
    public String submit(Principal caller, byte[] body, @Nullable String key) {
        ProposalRequest request = ProposalReader.read(body);
        takePlace();
        try {
            return submit(caller, request, body, key);
        } finally {
            places.release();
        }
    }

    private void takePlace() {
        try {
            if (places.tryAcquire(LONGEST_WAIT_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new OverloadedException();
    }

    private String submit(Principal caller, ProposalRequest request, byte[] body, @Nullable String key) {
        // Asked again: what has been decided is not decided anew.
        Optional<String> before = key == null
                ? Optional.empty()
                : idempotency.find(caller.workspaceId(), caller.name(), key, Digest.of(body));
        if (before.isPresent()) {
            return before.get();
        }
        Optional<ToolMetadata> tool = catalogue.find(request.tool());
        tool.ifPresent(known -> verify(known, request));
        CallDecider.Call call = call(caller, request);
        CallDecider.Decided decided = decider.decide(call, List.of());
        return Objects.requireNonNull(transaction.execute(status -> {
            if (key != null) {
                Optional<String> known = idempotency.claim(caller.workspaceId(), caller.name(), key, Digest.of(body));
                if (known.isPresent()) {
                    return known.get();
                }
            }
            String id = store(caller, request, call, budgeted(call, decided));
            if (key != null) {
                idempotency.bind(caller.workspaceId(), caller.name(), key, id);
            }
            return id;
        }));
    }

    private void verify(ToolMetadata tool, ProposalRequest request) {
        if (request.canonicalArguments().length > tool.maxInputBytes()) {
            throw new InvalidProposalException(
                    "ARGUMENTS_TOO_LARGE", "arguments", "has at most " + tool.maxInputBytes() + " bytes");
        }
        try {
            schemas.verify(tool, request.arguments());
        } catch (ToolArgumentsException e) {
            throw new InvalidProposalException(
                    "INVALID_ARGUMENTS",
                    "the arguments do not fit the schema of " + tool.name(),
                    e.violations().stream()
                            .map(violation -> new InvalidProposalException.Field(
                                    ProposalReader.field("/arguments" + violation.pointer()), violation.detail()))
                            .toList());
        }
    }

    private CallDecider.Call call(Principal caller, ProposalRequest request) {
        Instant now = statements.issuance(caller.workspaceId()).at();
        return new CallDecider.Call(
                caller.workspaceId(),
                caller.name(),
                caller.device(),
                channel(caller, request),
                Objects.requireNonNullElse(request.sessionId(), "default"),
                Objects.requireNonNullElseGet(
                        request.runId(),
                        () -> "day-" + now.atZone(ZoneOffset.UTC).toLocalDate()),
                request.tool(),
                request.arguments(),
                request.secrets(),
                request.egressHosts());
    }

    private static String channel(Principal caller, ProposalRequest request) {
        String asked = request.channel();
        if (asked == null && caller.channels().size() == 1) {
            return caller.channels().getFirst();
        }
        if (asked == null) {
            throw new InvalidProposalException(
                    "CHANNEL_NEEDED", "channel", "is needed: one of " + String.join(", ", caller.channels()));
        }
        if (!caller.channels().contains(asked)) {
            throw new InvalidProposalException(
                    "CHANNEL_NOT_OF_CALLER", "channel", "is one of " + String.join(", ", caller.channels()));
        }
        return asked;
    }

    /** Takes the call from its run's budget; without one left it is denied. */
    private CallDecider.Decided budgeted(CallDecider.Call call, CallDecider.Decided decided) {
        RunBudgets.Run run = new RunBudgets.Run(call.workspaceId(), call.principal(), call.session(), call.run());
        int most = decided.config().maxCallsPerRun();
        if (!decided.decision().denied() && budgets.reserve(run, most)) {
            return decided;
        }
        boolean counted = budgets.deny(run, most);
        return decided.decision().denied() && counted ? decided : decided.deniedFor(DecisionCode.BUDGET_EXHAUSTED);
    }

    private String store(
            Principal caller, ProposalRequest request, CallDecider.Call call, CallDecider.Decided decided) {
        String id = ulids.next();
        try (Traces.Scope _ = Traces.proposal(id)) {
            return store(id, caller, request, call, decided);
        }
    }

    private String store(
            String id, Principal caller, ProposalRequest request, CallDecider.Call call, CallDecider.Decided decided) {
        Detail arguments = Detail.of(request.canonicalArguments());
        Detail explanation = Detail.of(StatementJson.canonical(decider.explain(decided)));
        Issuance issuance = statements.issuance(caller.workspaceId());
        Proposal proposal = new Proposal(
                1,
                statements.fleetId(),
                caller.workspaceId(),
                id,
                caller.name(),
                caller.accountable(),
                caller.device(),
                call.channel(),
                call.session(),
                call.run(),
                call.tool(),
                decided.tool().map(ToolMetadata::version).orElse(NO_VERSION),
                decided.tool()
                        .map(ToolMetadata::digest)
                        .orElseGet(() -> Digest.of(call.tool().getBytes(StandardCharsets.UTF_8))),
                null,
                arguments.digest(),
                call.secrets().stream()
                        .map(name -> "vault://" + caller.workspaceId() + "/" + name)
                        .toList(),
                call.egressHosts(),
                issuance.at());
        List<String> capabilities =
                decided.context().capabilities().stream().sorted().toList();
        Decision decision = decision(decided.decision(), explanation);
        ToolProposed predicate = new ToolProposed(
                issuance,
                List.of(),
                proposal,
                arguments.ref(),
                capabilities,
                decided.context().sensitive(),
                decision);
        SignedStatement proposed = statements.propose(proposal, predicate, List.of(arguments, explanation));
        ToolProposal stored = new ToolProposal(
                proposal,
                caller.kind().name().toLowerCase(Locale.ROOT),
                arguments,
                decided.context().sensitive(),
                capabilities);
        stored.decided(decision, decided.decision().rules(), explanation, proposed.digest());
        ToolProposal row = calls.saveAndFlush(stored);
        statements.keep(row.proposalId(), proposed, StatementType.TOOL_PROPOSED, List.of());
        switch (decision.outcome()) {
            case ALLOW -> transitions.permit(row, decided, call);
            case APPROVAL_REQUIRED -> transitions.ask(row, decided, call);
            case DENY ->
                transitions.end(
                        row,
                        CallOutcome.DENIED,
                        decision.code(),
                        Link.to(StatementType.TOOL_PROPOSED, proposed.digest()),
                        null);
        }
        return row.proposalId();
    }

    private static Decision decision(ToolDecision decision, Detail explanation) {
        return new Decision(
                decision.allowed()
                        ? Decision.Outcome.ALLOW
                        : decision.approvalRequired() ? Decision.Outcome.APPROVAL_REQUIRED : Decision.Outcome.DENY,
                decision.code().name(),
                decision.rules().stream()
                        .map(rule -> new RuleRef(rule.id(), rule.digest()))
                        .toList(),
                Objects.requireNonNullElseGet(decision.policySetVersion(), () -> Digest.of(new byte[0])),
                decision.requestHash(),
                explanation.ref());
    }
}
