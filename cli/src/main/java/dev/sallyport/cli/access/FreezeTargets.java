package dev.sallyport.cli.access;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.VisibleText;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells both policy-service and executor control, since either may be down; each also applies the other's audit statement
 * later. One of them suffices to restrict.
 */
abstract class FreezeTargets extends FleetCommand {
    private static final List<Service> BOTH = List.of(Service.POLICY, Service.EXECUTOR);

    @Parameters(
            arity = "0..1",
            paramLabel = "SCOPE",
            description = "fleet (default), workspace, principal, session or run.")
    private String scope = "fleet";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "Which one; not for fleet.")
    private @Nullable String id;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Your reason; it is kept on the ledger.")
    private @Nullable String reason;

    /** Posts to both; OK if both did it, UNAVAILABLE with a warning if only one did. */
    final ExitCode tellBoth(String path, String done) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("scope", scope);
        if (id != null) {
            body.put("id", id);
        }
        if (reason != null) {
            body.put("reason", reason);
        }
        ObjectNode answers = Json.mapper().createObjectNode();
        @Nullable CommandFailure last = null;
        int told = 0;
        try (FleetClient client = root().certificateClient()) {
            for (Service service : BOTH) {
                try {
                    JsonNode answer = client.send(service, "POST", path, body);
                    answers.set(service.fullName(), answer);
                    told++;
                } catch (CommandFailure failure) {
                    answers.put(service.fullName(), String.valueOf(failure.getMessage()));
                    err().println("sallyport: " + service.fullName() + ": "
                            + VisibleText.oneLine(String.valueOf(failure.getMessage())));
                    last = failure;
                }
            }
        }
        if (json()) {
            printJson(answers);
        } else if (told > 0) {
            out().println(done + " " + VisibleText.oneLine(scope + (id == null ? "" : " " + id)) + " at " + told
                    + " of " + BOTH.size() + " services");
        }
        if (last == null) {
            return ExitCode.OK;
        }
        return told == 0 ? last.exitCode() : ExitCode.UNAVAILABLE;
    }
}
