package dev.sallyport.policy.rehearsal;

import dev.sallyport.policy.activation.LoadedSet;
import dev.sallyport.policy.activation.LoadedSets;
import dev.sallyport.policy.activation.PolicySets;
import dev.sallyport.policy.catalogue.ArgumentSchemas;
import dev.sallyport.policy.catalogue.ToolArgumentsException;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.PolicyExplanation;
import dev.sallyport.policy.proposal.decision.ArgumentHosts;
import dev.sallyport.policy.proposal.decision.CallArguments;
import dev.sallyport.policy.proposal.decision.HypotheticalDecisions;
import dev.sallyport.policy.proposal.decision.ProposedCall;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Proposal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Decides a call that nobody has proposed, on the set in force or on another. */
@Component
public class WhatIf {
    private final LoadedSets sets;
    private final PolicySets active;
    private final ToolCatalogue catalogue;
    private final ToolCallConfigs configs;
    private final ArgumentSchemas schemas;
    private final HypotheticalDecisions decisions;
    private final StatementOutbox outbox;
    private final Ulids ulids;

    WhatIf(
            LoadedSets sets,
            PolicySets active,
            ToolCatalogue catalogue,
            ToolCallConfigs configs,
            ArgumentSchemas schemas,
            HypotheticalDecisions decisions,
            StatementOutbox outbox,
            Ulids ulids) {
        this.sets = sets;
        this.active = active;
        this.catalogue = catalogue;
        this.configs = configs;
        this.schemas = schemas;
        this.decisions = decisions;
        this.outbox = outbox;
        this.ulids = ulids;
    }

    /**
     * A call that might be proposed.
     *
     * @param workspaceId the workspace whose configuration counts
     * @param principal who would ask: {@code agent:NAME}, {@code person:NAME} or {@code service:NAME}
     * @param tool for which tool
     * @param arguments with which arguments
     * @param channel over which channel
     * @param session in which session
     * @param run in which run
     * @param secrets the names of secrets
     * @param egressHosts the hosts asked for
     */
    public record Question(
            String workspaceId,
            String principal,
            String tool,
            ObjectNode arguments,
            String channel,
            String session,
            String run,
            List<String> secrets,
            List<String> egressHosts) {
        /** Copies the lists. */
        public Question {
            secrets = List.copyOf(secrets);
            egressHosts = List.copyOf(egressHosts);
        }
    }

    /**
     * The answer.
     *
     * @param set the set that was asked
     * @param explanation what it would decide, and why
     */
    public record Answer(String set, PolicyExplanation explanation) {}

    /**
     * What would be decided.
     *
     * @param set how the caller names the set; null for the one in force
     * @throws ToolArgumentsException when the arguments do not fit the tool's schema
     * @throws JsonRefusedException when the arguments break a rule for arguments
     */
    public Answer ask(@Nullable String set, Question question) throws JsonRefusedException {
        LoadedSet loaded = set == null ? active.active() : sets.named(set);
        ToolMetadata tool = catalogue
                .find(question.workspaceId(), question.tool())
                .map(found -> configs.within(question.workspaceId(), found))
                .orElse(null);
        CallArguments arguments = CallArguments.of(question.arguments());
        if (tool != null) {
            schemas.verify(tool, arguments.values());
        }
        Issuance now = outbox.issuance(question.workspaceId());
        Proposal proposal = new Proposal(
                1,
                now.fleetId(),
                question.workspaceId(),
                ulids.next(),
                question.principal(),
                List.of(),
                null,
                question.channel(),
                question.session(),
                question.run(),
                question.tool(),
                tool == null ? null : tool.version(),
                tool == null ? null : tool.digest(),
                tool == null || tool.skill() == null ? null : tool.skill().id(),
                arguments.detail().digest(),
                (tool == null ? question.secrets() : tool.secretsOf(question.secrets()))
                        .stream()
                                .map(name -> ProposedCall.secretReference(question.workspaceId(), name))
                                .toList(),
                hosts(question, tool, arguments),
                now.at());
        return new Answer(
                loaded.name().toString(),
                decisions.explain(loaded.snapshot(), new ProposedCall(proposal, arguments), tool));
    }

    /** As of a proposal; one whose address cannot be read would be none, and is denied here. */
    private static List<String> hosts(Question question, @Nullable ToolMetadata tool, CallArguments arguments) {
        try {
            return ArgumentHosts.with(question.egressHosts(), tool, arguments.values());
        } catch (ArgumentHosts.Refused _) {
            return question.egressHosts();
        }
    }
}
