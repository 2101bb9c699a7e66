package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.catalogue.ArgumentSchemas;
import dev.sallyport.policy.catalogue.ToolArgumentsException;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds what a tool has put out against what it promises. The node states what the program did, which stays as it is; a
 * call whose output is not as declared ends as failed all the same, since whoever reads it relies on the promise. The
 * output is delivered as the text that it is.
 */
@Component
class OutputCheck {
    /** The code of a call whose program succeeded and whose output is not as its tool declares. */
    static final String OUTPUT_INVALID = "OUTPUT_INVALID";

    /** As large as what travels beside a statement. */
    private static final JsonRules OUTPUT = new JsonRules(256 << 10, 32, 256 << 10, 10_000, false, true);

    private final ToolCatalogue tools;
    private final ArgumentSchemas schemas;

    OutputCheck(ToolCatalogue tools, ArgumentSchemas schemas) {
        this.tools = tools;
        this.schemas = schemas;
    }

    /**
     * What came out of a call.
     *
     * @param result for the agent
     */
    record Came(CallOutcome outcome, String code, ObjectNode result) {}

    /** What came out, for the agent. */
    Came of(Call call, ToolExecuted executed, VerifiedRecord record) {
        ObjectNode result = CallResult.of(executed, record);
        CallOutcome outcome = executed.outcome();
        String code = executed.code();
        Optional<Promise> promise = outcome == CallOutcome.SUCCEEDED ? promise(call.proposal()) : Optional.empty();
        if (promise.isPresent()) {
            List<ToolArgumentsException.Violation> violations = verify(promise.get(), executed, record, result);
            if (!violations.isEmpty()) {
                outcome = CallOutcome.FAILED;
                code = OUTPUT_INVALID;
                ArrayNode errors = result.putArray("output_errors");
                violations.forEach(violation ->
                        errors.addObject().put("pointer", violation.pointer()).put("detail", violation.detail()));
            }
        }
        return new Came(outcome, code, result);
    }

    /** A tool and its schema of its output. */
    private record Promise(ToolMetadata tool, ObjectNode schema) {}

    private Optional<Promise> promise(Proposal proposal) {
        String version = proposal.toolVersion();
        if (version == null) {
            return Optional.empty();
        }
        return tools.decided(proposal.workspaceId(), proposal.tool(), version)
                .flatMap(tool -> Optional.ofNullable(tool.outputSchema()).map(schema -> new Promise(tool, schema)));
    }

    private List<ToolArgumentsException.Violation> verify(
            Promise promise, ToolExecuted executed, VerifiedRecord record, ObjectNode result) {
        Optional<ToolExecuted.Output> stdout = executed.outputs().stream()
                .filter(output -> output.name().equals("stdout"))
                .findFirst();
        Optional<byte[]> content =
                stdout.filter(output -> !output.truncated()).flatMap(output -> record.detail(output.detail()));
        if (content.isEmpty()) {
            return List.of(new ToolArgumentsException.Violation("", "the output is too long to be checked"));
        }
        try {
            JsonNode output = CanonicalJson.read(content.get(), OUTPUT);
            schemas.verifyOutput(promise.tool(), promise.schema(), output);
            result.set("value", output);
            return List.of();
        } catch (JsonRefusedException e) {
            return List.of(new ToolArgumentsException.Violation(
                    e.pointer(), "the output is no JSON that is accepted here: " + e.getMessage()));
        } catch (ToolArgumentsException e) {
            return e.violations();
        }
    }
}
