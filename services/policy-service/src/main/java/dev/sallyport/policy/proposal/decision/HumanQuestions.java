package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.access.Groups;
import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.Members;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalRequested.Option;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.Severity;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the question that humans are asked from what the determining rules demand. */
@Component
public class HumanQuestions {
    private final PolicyEngine engine;
    private final Members members;
    private final Groups groups;

    HumanQuestions(PolicyEngine engine, Members members, Groups groups) {
        this.engine = engine;
        this.members = members;
        this.groups = groups;
    }

    /**
     * The question; only for a verdict that requires approval. Empty when fewer people may answer it than must: asking
     * would only make the call wait for its expiry.
     *
     * @param rationale the agent's own words for the people asked; empty without any
     */
    public Optional<HumanQuestion> ask(Verdict verdict, String rationale) {
        ToolDecision decision = verdict.decision();
        Proposal proposal = verdict.call().proposal();
        List<PolicyRule> rules = decision.rules().stream()
                .flatMap(rule -> engine.rule(decision, rule.id()).stream())
                .toList();
        Risk risk = ApprovalPrompt.risk(rules);
        var demanded = decision.obligations();
        ApproverRole role = Objects.requireNonNullElse(demanded.approvers(), ApproverRole.OPERATOR);
        int quorum = Objects.requireNonNullElse(demanded.quorum(), 1);
        List<String> names = demanded.approverGroups();
        List<String> asked = names == null ? null : groups.inAll(proposal.workspaceId(), names);
        ApprovalRequested.Escalation escalation = escalation(proposal.workspaceId(), decision);
        List<String> possible = possibleApprovers(proposal, role).stream()
                .filter(person -> asked == null
                        || asked.contains(person)
                        || (escalation != null && escalation.members().contains(person)))
                .toList();
        boolean fourEyes = risk.level().compareTo(Severity.HIGH) >= 0 && possible.size() >= 2;
        long mayAnswer = possible.stream()
                .filter(person -> !fourEyes || !proposal.accountable().contains(person))
                .count();
        if (mayAnswer < quorum || (asked != null && asked.isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(new HumanQuestion(
                new Obligations(
                        role,
                        quorum,
                        demanded.timeToAnswerS(),
                        risk.level().compareTo(Severity.HIGH) >= 0 ? Assurance.KEY : Assurance.SESSION,
                        fourEyes),
                names == null || asked == null ? null : new ApprovalRequested.Group(names, asked, escalation),
                risk,
                Detail.of(ApprovalPrompt.of(verdict, rules, risk, rationale)),
                verdict.terms().sandbox(),
                offered(rules, quorum > 1 || verdict.terms().interprets())));
    }

    /** Whose turn comes later; null where it never does: another rule leaves less time, or their groups are empty. */
    private ApprovalRequested.@Nullable Escalation escalation(String workspaceId, ToolDecision decision) {
        var demanded = decision.obligations().escalation();
        if (demanded == null || demanded.afterS() >= decision.obligations().timeToAnswerS()) {
            return null;
        }
        List<String> next = groups.inAll(workspaceId, demanded.groups());
        return next.isEmpty() ? null : new ApprovalRequested.Escalation(demanded.afterS(), demanded.groups(), next);
    }

    /**
     * The answers that people may give. Each rule that asks says by {@code @scope} how far a yes may reach at most, and the
     * strictest one holds. Where more than one person must say yes, each call is asked about; so it is where a call runs what
     * a file holds: the next call like it may run something else.
     *
     * @param eachAlone whether each call is asked about
     */
    private static List<Option> offered(List<PolicyRule> rules, boolean eachAlone) {
        ApprovalScope widest = eachAlone
                ? ApprovalScope.ONCE
                : rules.stream()
                        .map(HumanQuestions::widest)
                        .max(Comparator.naturalOrder())
                        .orElse(ApprovalScope.ONCE);
        return Arrays.stream(Option.values())
                .filter(option -> switch (option) {
                    case ALLOW_SESSION -> widest.compareTo(ApprovalScope.SESSION) <= 0;
                    case ALLOW_TIME -> widest.compareTo(ApprovalScope.TIME) <= 0;
                    case ALLOW_ONCE, DENY, DENY_SESSION -> true;
                })
                .toList();
    }

    /** A rule of high severity that says nothing about it allows one call. */
    private static ApprovalScope widest(PolicyRule rule) {
        ApprovalScope stated = rule.obligations().scope();
        if (stated != null) {
            return stated;
        }
        Severity severity = Objects.requireNonNullElse(rule.obligations().severity(), Severity.MEDIUM);
        return severity.compareTo(Severity.HIGH) >= 0 ? ApprovalScope.ONCE : ApprovalScope.TIME;
    }

    private List<String> possibleApprovers(Proposal proposal, ApproverRole least) {
        return members.all(proposal.workspaceId()).stream()
                .filter(member ->
                        member.kind().equals("person") && !member.principal().equals(proposal.principal()))
                .filter(member -> least.isMetBy(member.roles()))
                .map(Member::principal)
                .toList();
    }
}
