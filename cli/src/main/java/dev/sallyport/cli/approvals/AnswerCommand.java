package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.WorkloadIdentity;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The common part of approving and denying: the request is read, checked, and answered with the digest of what was
 * shown.
 */
abstract class AnswerCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Approval id.")
    private String id = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Your reason; it is kept with the answer.")
    private @Nullable String reason;

    @Mixin
    private FurtherCallsOptions further = new FurtherCallsOptions();

    /** What the answer says about further calls. */
    final FurtherCallsOptions further() {
        return further;
    }

    /** The record; its prompt is checked against its digest first. */
    final JsonNode read(FleetClient client) {
        JsonNode approval = client.get(Service.APPROVAL, "/v1/approvals/" + encoded(id));
        if (!ApprovalView.promptIsGenuine(approval)) {
            throw new CommandFailure.Usage(
                    "the prompt does not have the digest that the service names: it is not answered");
        }
        return approval;
    }

    /**
     * Sends the answer.
     *
     * @param verb approve or deny
     * @param seen whether the whole of the request was shown, now or before
     */
    final void answer(FleetClient client, JsonNode approval, String verb, boolean seen) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("prompt_digest", Json.text(approval, "prompt_digest"));
        further.write(body);
        if (!seen) {
            body.put("partly_seen", true);
        }
        if (reason != null) {
            body.put("reason", reason);
        }
        if (verb.equals("approve")
                && Json.text(approval, "obligations.assurance").equals("key")) {
            client.identity().ifPresent(device -> body.set("signature", signature(client, approval, device)));
        }
        JsonNode answered = client.send(Service.APPROVAL, "POST", "/v1/approvals/" + encoded(id) + ":" + verb, body);
        results().object(answered, ApprovalView::lines);
    }

    private ObjectNode signature(FleetClient client, JsonNode approval, WorkloadIdentity device) {
        if (further.further()) {
            throw new CommandFailure.Usage(
                    "an approval that is signed is given for one call here. For further calls answer on the console");
        }
        JsonNode request = client.get(Service.APPROVAL, "/v1/approvals/" + encoded(id) + "/request");
        return new DeviceAnswer(device).approving(approval, request);
    }
}
