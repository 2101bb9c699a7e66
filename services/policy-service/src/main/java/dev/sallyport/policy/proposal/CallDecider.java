package dev.sallyport.policy.proposal;

import dev.sallyport.policy.access.Freezes;
import dev.sallyport.policy.access.Member;
import dev.sallyport.policy.access.Members;
import dev.sallyport.policy.access.Role;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolCapability;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.DecisionCode;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyExplanation;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.RuleIdentity;
import dev.sallyport.policy.engine.ToolArguments;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.permit.PermitTerms;
import dev.sallyport.policy.permit.SecretVersions;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.SecretGrant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides a call from what this service itself knows now: at the proposal, at the human answer and at every permit.
 * Nothing is carried over from an earlier decision but the proposal itself.
 */
@Component
class CallDecider {
    private final PolicyEngine engine;
    private final ToolCatalogue catalogue;
    private final ToolCallConfigs configs;
    private final Members members;
    private final Freezes freezes;
    private final SecretVersions secretVersions;
    private final TransactionTemplate transaction;
    private final CallMetrics metrics;

    CallDecider(
            PolicyEngine engine,
            ToolCatalogue catalogue,
            ToolCallConfigs configs,
            Members members,
            Freezes freezes,
            SecretVersions secretVersions,
            TransactionTemplate transaction,
            CallMetrics metrics) {
        this.engine = engine;
        this.catalogue = catalogue;
        this.configs = configs;
        this.members = members;
        this.freezes = freezes;
        this.secretVersions = secretVersions;
        this.transaction = transaction;
        this.metrics = metrics;
    }

    /**
     * What the database says about a call now.
     *
     * @param role the principal's role; empty for one that is no member any more, to whom no policy permits anything
     */
    private record Facts(ToolCallConfig config, String role, boolean frozen) {}

    private Facts facts(Call call) {
        // Together on one connection: under load, connections are what runs short first.
        return Objects.requireNonNull(transaction.execute(status -> new Facts(
                configs.current(call.workspaceId()),
                members.find(call.workspaceId(), call.principal())
                        .map(Member::roles)
                        .flatMap(Role::mightiest)
                        .map(Role::wire)
                        .orElse(""),
                freezes.covers(call.workspaceId(), call.principal(), call.session(), call.run()))));
    }

    /** What of a call is decided on. */
    record Call(
            String workspaceId,
            String principal,
            @Nullable String device,
            String channel,
            String session,
            String run,
            String tool,
            ObjectNode arguments,
            List<String> secrets,
            List<String> egressHosts) {}

    /** What came out, with what is needed to act on it. */
    record Decided(
            ToolDecision decision,
            PolicyRequest request,
            PolicyRequestContext context,
            ToolCallConfig config,
            Optional<ToolMetadata> tool,
            List<SecretGrant> grants) {
        /** The terms of a permit; only for an allowed call. */
        PermitTerms terms(Call call) {
            return new PermitTerms(
                    tool.orElseThrow(),
                    config,
                    decision.obligations(),
                    context.args().executable(),
                    call.egressHosts(),
                    grants);
        }

        Decided deniedFor(DecisionCode code) {
            return new Decided(decision.deniedFor(code), request, context, config, tool, grants);
        }
    }

    /** The call of a stored proposal. */
    static Call callOf(ToolProposal proposal) {
        try {
            return new Call(
                    proposal.workspaceId(),
                    proposal.principal(),
                    proposal.device(),
                    proposal.channel(),
                    proposal.session(),
                    proposal.run(),
                    proposal.tool(),
                    CanonicalJson.readObject(proposal.arguments().content(), JsonRules.ARGUMENTS),
                    proposal.secretNames(),
                    proposal.egressHosts());
        } catch (JsonRefusedException e) {
            throw new IllegalStateException("stored arguments of " + proposal.proposalId() + " cannot be read", e);
        }
    }

    /** Decides, with these rules lifted. */
    Decided decide(Call call, Collection<RuleIdentity> lifted) {
        return metrics.evaluated(() -> evaluate(call, lifted));
    }

    private Decided evaluate(Call call, Collection<RuleIdentity> lifted) {
        Facts facts = facts(call);
        ToolCallConfig config = facts.config();
        Optional<ToolMetadata> tool = catalogue.find(call.tool());
        Optional<ArgumentFindings> findings =
                tool.map(known -> ArgumentFindings.of(known, call.arguments(), call.secrets(), call.egressHosts()));
        PolicyRequest request = PolicyRequest.toolExecute(call.principal(), call.tool());
        PolicyRequestContext context = context(
                call, facts, tool, findings.map(ArgumentFindings::attributes).orElse(ToolArguments.NONE));
        Decided decided =
                new Decided(engine.decide(request, context, lifted), request, context, config, tool, List.of());
        if (tool.isEmpty()) {
            return decided.deniedFor(DecisionCode.UNKNOWN_TOOL);
        }
        if (facts.frozen()) {
            return decided.deniedFor(DecisionCode.FROZEN);
        }
        if (decided.decision().denied()) {
            return decided;
        }
        Optional<DecisionCode> refusal = findings.flatMap(ArgumentFindings::refusal);
        if (refusal.isPresent()) {
            return decided.deniedFor(refusal.get());
        }
        if (call.secrets().isEmpty()) {
            return decided;
        }
        return secretVersions
                .resolve(call.workspaceId(), call.principal(), call.channel(), call.secrets())
                .map(grants -> new Decided(decided.decision(), request, context, config, tool, List.copyOf(grants)))
                .orElseGet(() -> decided.deniedFor(DecisionCode.SECRET_NOT_ALLOWED));
    }

    /** Why, and what would change it. */
    PolicyExplanation explain(Decided decided) {
        PolicyExplanation explanation = engine.explain(decided.request(), decided.context(), decided.decision());
        return decided.decision().denied() && decided.decision().rules().isEmpty()
                ? remedy(decided.decision().code()).map(explanation::allowedBy).orElse(explanation)
                : explanation;
    }

    private static Optional<String> remedy(DecisionCode code) {
        return Optional.ofNullable(
                switch (code) {
                    case UNKNOWN_TOOL -> "Call a tool that `GET /v1/tools` names.";
                    case FROZEN -> "Wait until the freeze is lifted (`sallyport unfreeze`).";
                    case PATH_OUTSIDE_WORKSPACE ->
                        "Use paths relative to the session's workspace, neither absolute nor climbing with `..`.";
                    case SECRET_NOT_ALLOWED ->
                        "Name only secrets that exist in the workspace, with a tool that may use them.";
                    case EGRESS_NOT_ALLOWED -> "Name only hosts that the tool's metadata names.";
                    case BUDGET_EXHAUSTED ->
                        "Begin another run, or let an admin raise `max_calls_per_run` of the tool configuration.";
                    case POLICY_UNAVAILABLE, POLICY_ERROR ->
                        "Nothing the caller can change: the policy engine failed, and what fails is denied.";
                    case ALLOWED,
                            SENSITIVE_NEEDS_APPROVAL,
                            NOT_ALLOWLISTED,
                            PRINCIPAL_NOT_ALLOWED,
                            CHANNEL_NOT_ALLOWED,
                            EXECUTABLE_NOT_ALLOWED,
                            FORBIDDEN,
                            DENIED_BY_DEFAULT,
                            POLICY_CHANGED -> null;
                });
    }

    private PolicyRequestContext context(
            Call call, Facts facts, Optional<ToolMetadata> tool, ToolArguments attributes) {
        ToolCallConfig config = facts.config();
        Set<String> capabilities = Stream.of(
                        tool.stream().flatMap(known -> known.capabilities().stream()),
                        call.secrets().isEmpty() ? Stream.<ToolCapability>of() : Stream.of(ToolCapability.SECRETS_READ),
                        call.egressHosts().isEmpty() ? Stream.<ToolCapability>of() : Stream.of(ToolCapability.NETWORK))
                .flatMap(each -> each)
                .map(ToolCapability::wire)
                .collect(Collectors.toUnmodifiableSet());
        String executable = attributes.executable();
        return new PolicyRequestContext(
                call.workspaceId(),
                facts.role(),
                call.principal().substring(0, call.principal().indexOf(':')),
                call.device(),
                call.channel(),
                call.session(),
                call.run(),
                null,
                capabilities,
                !capabilities.isEmpty()
                        || tool.map(ToolMetadata::defaultSensitive).orElse(true),
                tool.isPresent() && config.opensTool(call.tool()),
                false,
                config.allowsPrincipal(call.principal()),
                config.allowsChannel(call.channel()),
                executable != null && config.allowsExecutable(executable),
                executable != null && config.letsRunUnattended(executable),
                config.allowSensitiveTools(),
                Set.copyOf(call.egressHosts()),
                Set.copyOf(call.secrets()),
                attributes);
    }
}
