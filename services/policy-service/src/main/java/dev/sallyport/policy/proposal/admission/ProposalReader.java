package dev.sallyport.policy.proposal.admission;

import dev.sallyport.policy.catalogue.ArgumentSchemas;
import dev.sallyport.policy.catalogue.ProgramTemplate;
import dev.sallyport.policy.catalogue.ToolArgumentsException;
import dev.sallyport.policy.catalogue.ToolCallConfigs;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.proposal.decision.ArgumentHosts;
import dev.sallyport.policy.proposal.decision.CallArguments;
import dev.sallyport.policy.proposal.decision.ProposedCall;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Proposal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Makes a proposal of what a caller sent: held against the tool's schema, with all that this service knows of the
 * caller.
 */
@Component
class ProposalReader {
    private static final int PROPOSAL_VERSION = 1;

    private final ToolCatalogue catalogue;
    private final ToolCallConfigs configs;
    private final ArgumentSchemas schemas;
    private final StatementOutbox outbox;
    private final Ulids ulids;

    ProposalReader(
            ToolCatalogue catalogue,
            ToolCallConfigs configs,
            ArgumentSchemas schemas,
            StatementOutbox outbox,
            Ulids ulids) {
        this.catalogue = catalogue;
        this.configs = configs;
        this.schemas = schemas;
        this.outbox = outbox;
        this.ulids = ulids;
    }

    /**
     * A proposal that has not been decided.
     *
     * @param call what is proposed
     * @param tool the tool's newest version, null when it does not exist
     */
    record Undecided(ProposedCall call, @Nullable ToolMetadata tool) {}

    /**
     * Makes the proposal.
     *
     * @throws InvalidProposalException with the field that does not fit the tool or the caller
     */
    Undecided read(Principal caller, ProposalBody body) {
        ToolMetadata tool = catalogue
                .find(caller.workspaceId(), body.tool())
                .map(found -> configs.within(caller.workspaceId(), found))
                .orElse(null);
        CallArguments arguments = body.arguments();
        if (tool != null) {
            arguments = verify(tool, body);
        }
        List<String> hosts = hosts(tool, body, arguments);
        String channel = channel(caller, body.channel());
        Issuance now = outbox.issuance(caller.workspaceId());
        RunKey run = RunDefaults.of(caller, body.sessionId(), body.runId(), now.at());
        Proposal proposal = new Proposal(
                PROPOSAL_VERSION,
                now.fleetId(),
                caller.workspaceId(),
                ulids.next(),
                caller.name(),
                caller.accountable(),
                caller.device(),
                channel,
                run.session(),
                run.run(),
                body.tool(),
                tool == null ? null : tool.version(),
                tool == null ? null : tool.digest(),
                tool == null || tool.skill() == null ? null : tool.skill().id(),
                arguments.detail().digest(),
                (tool == null ? body.secrets() : tool.secretsOf(body.secrets()))
                        .stream()
                                .map(name -> ProposedCall.secretReference(caller.workspaceId(), name))
                                .toList(),
                hosts,
                now.at());
        return new Undecided(new ProposedCall(proposal, arguments), tool);
    }

    /** The arguments that run: those of the body, for an own tool written out as the program's. */
    private CallArguments verify(ToolMetadata tool, ProposalBody body) {
        if (body.arguments().size() > tool.input().maxBytes()) {
            throw new InvalidProposalException(
                    "ARGUMENTS_TOO_LARGE",
                    "arguments",
                    "`arguments` must have at most " + tool.input().maxBytes() + " bytes in canonical JSON.");
        }
        try {
            schemas.verify(tool, body.arguments().values());
            ProgramTemplate program = tool.program();
            return program == null
                    ? body.arguments()
                    : CallArguments.of(program.expand(body.arguments().values()));
        } catch (ToolArgumentsException e) {
            throw invalid(tool, body, e);
        } catch (JsonRefusedException e) {
            throw new InvalidProposalException(
                    "ARGUMENTS_TOO_LARGE",
                    "arguments",
                    "`arguments` make a command that is too long (" + e.getMessage() + "). Give less in one call.");
        }
    }

    /** Those that are named, and those that its arguments lead to: whoever is asked sees both. */
    private static List<String> hosts(@Nullable ToolMetadata tool, ProposalBody body, CallArguments arguments) {
        try {
            return ArgumentHosts.with(body.egressHosts(), tool, arguments.values());
        } catch (ArgumentHosts.Refused e) {
            String field = ProposalBody.field("/arguments" + e.pointer());
            throw new InvalidProposalException("INVALID_ARGUMENTS", field, "`" + field + "`: " + e.detail());
        }
    }

    private static InvalidProposalException invalid(
            ToolMetadata tool, ProposalBody body, ToolArgumentsException refused) {
        String executable = tool.input().exposed().executable();
        for (ToolArgumentsException.Violation violation : refused.violations()) {
            JsonNode given = body.arguments().values().at(violation.pointer());
            if (tool.builtIn() && violation.pointer().equals(executable) && given.isString()) {
                String field = ProposalBody.field("/arguments" + executable);
                return new InvalidProposalException(
                        "INVALID_ARGUMENTS", field, "`" + field + "` " + ProgramName.rule(given.stringValue()) + ".");
            }
        }
        return new InvalidProposalException(
                "INVALID_ARGUMENTS",
                "The arguments do not fit the schema of " + tool.name() + "; `GET /v1/tools/" + tool.name()
                        + "` shows it.",
                refused.violations().stream()
                        .map(violation -> new InvalidProposalException.Field(
                                ProposalBody.field("/arguments" + violation.pointer()), violation.detail()))
                        .toList());
    }

    private static String channel(Principal caller, @Nullable String asked) {
        if (asked == null && caller.channels().size() == 1) {
            return caller.channels().getFirst();
        }
        String own = String.join(", ", caller.channels());
        if (asked == null) {
            throw new InvalidProposalException(
                    "CHANNEL_NEEDED",
                    "channel",
                    "Name the channel of the call: your credential has several (" + own + ").");
        }
        if (!caller.channels().contains(asked)) {
            throw new InvalidProposalException(
                    "CHANNEL_NOT_OF_CALLER", "channel", "`channel` must be one of your credential's: " + own + ".");
        }
        return asked;
    }
}
