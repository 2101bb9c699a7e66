package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.access.Members;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.Severity;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Makes the question that humans are asked from what the determining rules demand. */
@Component
public class HumanQuestions {
    private static final int DEFAULT_TIMEOUT_S = 300;

    private final PolicyEngine engine;
    private final Members members;

    HumanQuestions(PolicyEngine engine, Members members) {
        this.engine = engine;
        this.members = members;
    }

    /** The question; only for a verdict that requires approval. */
    public HumanQuestion ask(Verdict verdict) {
        ToolDecision decision = verdict.decision();
        List<PolicyRule> rules = decision.rules().stream()
                .flatMap(rule -> engine.rule(decision, rule.id()).stream())
                .toList();
        Risk risk = ApprovalPrompt.risk(rules);
        var demanded = decision.obligations();
        ApproverRole role = Objects.requireNonNullElse(demanded.approvers(), ApproverRole.OPERATOR);
        boolean fourEyes = risk.level().compareTo(Severity.HIGH) >= 0
                && possibleApprovers(verdict.call().proposal(), role) >= 2;
        return new HumanQuestion(
                new Obligations(
                        role,
                        Objects.requireNonNullElse(demanded.quorum(), 1),
                        Objects.requireNonNullElse(demanded.approvalTimeoutSeconds(), DEFAULT_TIMEOUT_S),
                        Assurance.SESSION,
                        fourEyes),
                risk,
                Detail.of(ApprovalPrompt.of(verdict.call(), verdict.terms(), rules, risk)));
    }

    private long possibleApprovers(Proposal proposal, ApproverRole least) {
        return members.all(proposal.workspaceId()).stream()
                .filter(member ->
                        member.kind().equals("person") && !member.principal().equals(proposal.principal()))
                .filter(member -> least.isMetBy(member.roles()))
                .count();
    }
}
