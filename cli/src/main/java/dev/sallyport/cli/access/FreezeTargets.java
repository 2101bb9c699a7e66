package dev.sallyport.cli.access;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import java.time.Duration;
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
    private static final Columns COLUMNS = Columns.of("service", "told", "changed", "in_force");
    private static final List<Service> BOTH = List.of(Service.POLICY, Service.EXECUTOR);

    /** How long the state before may take: it must not hold up the act. */
    private static final Duration GLANCE = Duration.ofSeconds(1);

    /** How much is covered, as the services call it. */
    enum Scope {
        fleet,
        workspace,
        principal,
        session,
        run;

        boolean needsId() {
            return this != fleet && this != workspace;
        }
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SCOPE",
            description = "fleet (default), workspace, principal, session or run.")
    private Scope scope = Scope.fleet;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ID",
            description = "principal: agent:NAME. session, run: agent:NAME/ID. fleet, workspace: none.")
    private @Nullable String id;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Your reason; it is kept on the ledger.")
    private @Nullable String reason;

    /** What the repeat of the act finds: {@code fleet is frozen already}. */
    abstract String already(String target);

    /** Posts to both; OK if both did it, UNAVAILABLE with a warning if only one did. */
    final ExitCode tellBoth(String path, boolean frozen) {
        if (scope.needsId() != (id != null)) {
            throw usage(
                    scope.needsId()
                            ? scope + " needs an id, such as "
                                    + (scope == Scope.principal ? "agent:demo" : "agent:demo/" + scope + "-1")
                            : scope + " has no id");
        }
        ObjectNode body = body();
        ObjectNode answers = Json.mapper().createObjectNode();
        ArrayNode items = answers.putArray("items");
        @Nullable CommandFailure last = null;
        int told = 0;
        try (FleetClient client = root().certificateClient()) {
            for (Service service : BOTH) {
                ObjectNode item = items.addObject().put("service", service.fullName());
                try {
                    Boolean before = isFrozen(client, service);
                    JsonNode answer = client.send(service, "POST", path, body);
                    item.put("told", true).put("changed", before == null ? null : (Boolean) (before != frozen));
                    item.set("in_force", inForce(answer));
                    told++;
                } catch (CommandFailure e) {
                    item.put("told", false).put("error", String.valueOf(e.getMessage()));
                    results().warning(service.fullName() + ": " + e.getMessage());
                    last = e;
                }
            }
        }
        results().list(answers, COLUMNS, "");
        results().note("told " + told + " of " + BOTH.size() + " services");
        if (last == null
                && items.valueStream()
                        .allMatch(item -> Json.text(item, "changed").equals("false"))) {
            results().note(already(id == null ? "the " + scope : id));
        }
        if (last == null) {
            return ExitCode.OK;
        }
        return told == 0 ? last.exitCode() : ExitCode.UNAVAILABLE;
    }

    private ObjectNode body() {
        ObjectNode body = Json.mapper().createObjectNode().put("scope", scope.name());
        if (id != null) {
            body.put("id", id);
        }
        if (reason != null) {
            body.put("reason", reason);
        }
        return body;
    }

    /** Whether the scope was frozen before; null where that cannot be told quickly. */
    private @Nullable Boolean isFrozen(FleetClient client, Service service) {
        try {
            JsonNode page = client.glance(service, "/v1/freeze?limit=200", GLANCE);
            boolean found = page.path("items")
                    .valueStream()
                    .anyMatch(freeze -> Json.text(freeze, "scope").equals(scope.name())
                            && Json.text(freeze, "id").equals(id == null ? "" : id));
            return (found || !page.has("next")) ? (Boolean) found : null;
        } catch (CommandFailure _) {
            return null;
        }
    }

    /** The freezes in force after the act, as a list of {@code scope id}. */
    private static ArrayNode inForce(JsonNode freezes) {
        ArrayNode named = Json.mapper().createArrayNode();
        freezes.path("items")
                .forEach(freeze -> named.add((Json.text(freeze, "scope") + " " + Json.text(freeze, "id")).strip()));
        return named;
    }
}
