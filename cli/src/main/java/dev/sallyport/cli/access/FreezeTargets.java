package dev.sallyport.cli.access;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells both policy-service and executor control, since either may be down. Each also applies the other's audit
 * statement later. One of them suffices to restrict.
 */
abstract class FreezeTargets extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("service", "told", "in_force");
    private static final List<Service> BOTH = List.of(Service.POLICY, Service.EXECUTOR);

    @Parameters(
            arity = "0..1",
            paramLabel = "SCOPE",
            description = "fleet (default), workspace, principal, session or run.")
    private String scope = "fleet";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ID",
            description = "Id of what the scope names; none for fleet.")
    private @Nullable String id;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Your reason; it is kept on the ledger.")
    private @Nullable String reason;

    /** Posts to both; OK if both did it, UNAVAILABLE with a warning if only one did. */
    final ExitCode tellBoth(String path) {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("scope", scope);
        if (id != null) {
            body.put("id", id);
        }
        if (reason != null) {
            body.put("reason", reason);
        }
        ObjectNode answers = Json.mapper().createObjectNode();
        ArrayNode items = answers.putArray("items");
        @Nullable CommandFailure last = null;
        int told = 0;
        try (FleetClient client = root().certificateClient()) {
            for (Service service : BOTH) {
                try {
                    JsonNode answer = client.send(service, "POST", path, body);
                    items.addObject()
                            .put("service", service.fullName())
                            .put("told", true)
                            .set("in_force", inForce(answer));
                    told++;
                } catch (CommandFailure e) {
                    items.addObject()
                            .put("service", service.fullName())
                            .put("told", false)
                            .put("error", String.valueOf(e.getMessage()));
                    results().warning(service.fullName() + ": " + e.getMessage());
                    last = e;
                }
            }
        }
        results().list(answers, COLUMNS, "");
        results().note("told " + told + " of " + BOTH.size() + " services");
        if (last == null) {
            return ExitCode.OK;
        }
        return told == 0 ? last.exitCode() : ExitCode.UNAVAILABLE;
    }

    /** The freezes in force after the act, as a list of {@code scope id}. */
    private static ArrayNode inForce(JsonNode freezes) {
        ArrayNode named = Json.mapper().createArrayNode();
        freezes.path("items")
                .forEach(freeze -> named.add((Json.text(freeze, "scope") + " " + Json.text(freeze, "id")).strip()));
        return named;
    }
}
