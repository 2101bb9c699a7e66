package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.Members;
import dev.sallyport.policy.access.Role;
import dev.sallyport.policy.activation.ActivePolicySet;
import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.budget.CallerHour;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.servicekit.freeze.Freezes;
import dev.sallyport.statements.predicate.Proposal;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The first step of a decision: reads from the database what is known about a call. */
@Component
class FactSource {
    private final ToolCallConfigs configs;
    private final Members members;
    private final Freezes freezes;
    private final CallBudgets budgets;
    private final ActivePolicySet policies;
    private final Clock clock;
    private final TransactionTemplate transaction;

    FactSource(
            ToolCallConfigs configs,
            Members members,
            Freezes freezes,
            CallBudgets budgets,
            ActivePolicySet policies,
            Clock clock,
            TransactionTemplate transaction) {
        this.configs = configs;
        this.members = members;
        this.freezes = freezes;
        this.budgets = budgets;
        this.policies = policies;
        this.clock = clock;
        this.transaction = transaction;
    }

    /**
     * Gathers the facts, together on one connection: under load, connections are what runs short first. The policy set
     * in force at that moment, or a later one, decides here when this returns.
     *
     * @param tool the tool's newest version, null when it does not exist
     */
    CallFacts gather(ProposedCall call, @Nullable ToolMetadata tool) {
        AtomicLong position = new AtomicLong();
        CallFacts facts = Objects.requireNonNull(transaction.execute(_ -> {
            position.set(policies.position());
            return read(call, tool);
        }));
        policies.follow(position.get());
        return facts;
    }

    private CallFacts read(ProposedCall call, @Nullable ToolMetadata tool) {
        Proposal proposal = call.proposal();
        ToolCallConfig config = configs.current(proposal.workspaceId());
        return new CallFacts(
                call,
                tool,
                config,
                members.find(proposal.workspaceId(), proposal.principal())
                        .map(Member::roles)
                        .flatMap(Role::mightiest)
                        .map(Role::wire)
                        .orElse(""),
                freezes.covers(proposal.runKey()),
                budgets.left(CallerHour.of(proposal.runKey(), proposal.createdAt()), config.limits()),
                clock.instant());
    }
}
