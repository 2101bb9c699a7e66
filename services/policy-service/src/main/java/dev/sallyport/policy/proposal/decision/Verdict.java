package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.catalogue.SkillOrigin;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.permit.PermitTerms;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.SecretGrant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came out for a call, with what is needed to act on it.
 *
 * @param facts what it was decided on
 * @param context the same as policies saw it
 * @param decision what came out, and why
 * @param secrets the secrets with their pinned versions; empty until the vault was asked
 */
public record Verdict(CallFacts facts, PolicyRequestContext context, ToolDecision decision, List<SecretGrant> secrets) {
    /** Copies the list. */
    public Verdict {
        secrets = List.copyOf(secrets);
    }

    /** The call that was decided. */
    public ProposedCall call() {
        return facts.call();
    }

    /** What policies are asked about a call. */
    static PolicyRequest requestOf(CallFacts facts) {
        Proposal proposal = facts.call().proposal();
        ToolMetadata tool = facts.tool();
        SkillOrigin skill = tool == null ? null : tool.skill();
        return skill == null
                ? PolicyRequest.toolExecute(proposal.principal(), proposal.tool())
                : PolicyRequest.skillExecute(proposal.principal(), skill.id());
    }

    /** The same, denied instead for a reason that no rule determined. */
    public Verdict deniedFor(DecisionCode reason) {
        return new Verdict(facts, context, decision.deniedFor(reason), secrets);
    }

    /** The same with the secrets that the vault grants. */
    Verdict with(List<SecretGrant> grants) {
        return new Verdict(facts, context, decision, grants);
    }

    /** Whether the call may run now: it is allowed, and its tool is still the version that was proposed. */
    public boolean permits() {
        ToolMetadata tool = facts.tool();
        return decision.allowed()
                && tool != null
                && tool.digest().equals(call().proposal().toolDigest());
    }

    /** The terms of a permit. Only for a call of a known tool. */
    public PermitTerms terms() {
        return new PermitTerms(
                Objects.requireNonNull(facts.tool()),
                facts.config(),
                decision.obligations(),
                context.args().executable(),
                context.confined(),
                call().proposal().egressHosts(),
                secrets);
    }

    /** The decision as statements carry it. */
    public Decision statement(@Nullable DetailRef explanation) {
        return new Decision(
                decision.outcome(),
                decision.code().name(),
                decision.rules(),
                decision.policySetVersion(),
                decision.requestHash(),
                explanation);
    }
}
