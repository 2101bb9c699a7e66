package dev.sallyport.policy.proposal.decision;

import dev.sallyport.arguments.profile.ExecutableProfiles;
import dev.sallyport.policy.catalogue.SkillOrigin;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCapability;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.SkillFacts;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The second step of a decision: from facts and the active policy set to a verdict. It reads no database and asks no
 * other service; the same facts and the same set give the same verdict.
 */
@Component
class Decider {
    private final PolicyEngine engine;

    Decider(PolicyEngine engine) {
        this.engine = engine;
        // They are read now: a mistake in one stops the start, and no call waits for them.
        ExecutableProfiles.shipped();
    }

    /** Decides, with these rules lifted by humans. */
    Verdict decide(CallFacts facts, Collection<RuleRef> lifted) {
        // The salt of the arguments: whoever may see them can check the hash, nobody else can guess the request.
        byte[] salt = facts.call().arguments().detail().salt();
        return decide(facts, (request, context) -> engine.decide(request, context, lifted, salt));
    }

    /** What another set would decide on these facts. */
    Verdict decideOn(PolicySnapshot snapshot, CallFacts facts) {
        return decide(facts, (request, context) -> engine.decideOn(snapshot, request, context));
    }

    private static Verdict decide(
            CallFacts facts, BiFunction<PolicyRequest, PolicyRequestContext, ToolDecision> policies) {
        ProposedCall call = facts.call();
        ToolMetadata tool = facts.tool();
        ArgumentFindings findings = tool == null
                ? ArgumentFindings.NONE
                : ArgumentFindings.of(
                        tool,
                        facts.config().processRunner(),
                        call.arguments().values(),
                        call.secretNames(),
                        call.proposal().egressHosts());
        PolicyRequestContext context = context(facts, findings);
        ToolDecision decision = policies.apply(Verdict.requestOf(facts), context);
        Verdict verdict = new Verdict(facts, context, decision, List.of());
        DecisionCode reason = beyondPolicies(facts, decision, findings.refusal());
        return reason == null ? verdict : verdict.deniedFor(reason);
    }

    /** Why the call is denied whatever the policies say; null when it is for them to say. */
    private static @Nullable DecisionCode beyondPolicies(
            CallFacts facts, ToolDecision decision, @Nullable DecisionCode refusal) {
        if (facts.tool() == null) {
            return DecisionCode.UNKNOWN_TOOL;
        }
        if (facts.frozen()) {
            return DecisionCode.FROZEN;
        }
        // A denial by policies explains itself better than a finding.
        if (decision.denied()) {
            return null;
        }
        // Whoever is no member any more has no role, and a policy may ask for none.
        if (facts.role().isEmpty()) {
            return DecisionCode.PRINCIPAL_NOT_ALLOWED;
        }
        if (refusal != null) {
            return refusal;
        }
        if (decision.obligations().forbidsSecrets(facts.call().secretNames())) {
            return DecisionCode.SECRET_NOT_ALLOWED;
        }
        return decision.obligations().forbidsHosts(facts.call().proposal().egressHosts())
                ? DecisionCode.EGRESS_NOT_ALLOWED
                : null;
    }

    private static PolicyRequestContext context(CallFacts facts, ArgumentFindings findings) {
        Proposal proposal = facts.call().proposal();
        ToolCallConfig config = facts.config();
        ToolMetadata tool = facts.tool();
        Set<String> capabilities = capabilities(proposal, tool);
        String executable = findings.attributes().executable();
        SkillOrigin skill = tool == null ? null : tool.skill();
        return new PolicyRequestContext(
                proposal.workspaceId(),
                facts.role(),
                proposal.principal().substring(0, proposal.principal().indexOf(':')),
                proposal.device(),
                proposal.channel(),
                proposal.session(),
                proposal.run(),
                skill == null
                        ? null
                        : new SkillFacts(
                                skill.id(),
                                proposal.tool(),
                                skill.packageDigest().hex(),
                                skill.state().wire(),
                                config.opensSkill(skill.id())),
                capabilities,
                !capabilities.isEmpty() || tool == null || tool.reach().defaultSensitive(),
                tool != null && config.opens(tool),
                config.allowsPrincipal(proposal.principal()),
                config.allowsChannel(proposal.channel()),
                executable != null && config.allowsExecutable(executable),
                confined(facts, executable, findings.onlyReads()),
                config.allowSensitiveTools() && mayRunUnasked(tool),
                Set.copyOf(proposal.egressHosts()),
                Set.copyOf(facts.call().secretNames()),
                findings.attributes(),
                facts.at());
    }

    /**
     * Whether the call is held so that it can do no harm, whoever starts it. An own tool that says of itself that it
     * neither changes files nor starts programs always is, whatever its program and arguments are. Of other programs those
     * are that the workspace lets run without a human, as long as they only read. What a profile says is not believed.
     */
    private static boolean confined(CallFacts facts, @Nullable String executable, boolean onlyReads) {
        ToolMetadata tool = facts.tool();
        if (tool != null && tool.program() != null) {
            return tool.confined();
        }
        return tool != null
                && onlyReads
                && tool.placement().runtime() == RuntimeKind.PROCESS
                && executable != null
                && facts.config().confines(executable);
    }

    /**
     * Whether {@code allow_sensitive_tools} lets the tool run without a human. It says nothing of a workspace's own tool
     * that changes files, starts programs, reaches hosts or reads secrets: whoever turned it on may never have seen that.
     * Nor does it lower the care that a skill's publisher asks for.
     */
    private static boolean mayRunUnasked(@Nullable ToolMetadata tool) {
        if (tool == null) {
            return true;
        }
        SkillOrigin skill = tool.skill();
        return skill == null
                ? tool.program() == null || tool.reach().capabilities().isEmpty()
                : !skill.askHuman();
    }

    /** What the tool can do, and what the call adds to it. */
    private static Set<String> capabilities(Proposal proposal, @Nullable ToolMetadata tool) {
        Stream<ToolCapability> own = tool == null ? Stream.of() : tool.reach().capabilities().stream();
        Stream<ToolCapability> secrets =
                proposal.secrets().isEmpty() ? Stream.of() : Stream.of(ToolCapability.SECRETS_READ);
        Stream<ToolCapability> network =
                proposal.egressHosts().isEmpty() ? Stream.of() : Stream.of(ToolCapability.NETWORK);
        return Stream.of(own, secrets, network)
                .flatMap(each -> each)
                .map(ToolCapability::wire)
                .collect(Collectors.toUnmodifiableSet());
    }
}
