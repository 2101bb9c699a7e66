package dev.sallyport.cli.doctor;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import dev.sallyport.cli.output.VisibleText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** {@code sallyport doctor}: what can be reached, what it answers, and what to do about the rest. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Ask every service one harmless question and say what to do about those that do not answer well.",
            "Which sandbox tiers a node has proven is the node's own finding, shown with the nodes."
        },
        footer = {"  sallyport doctor", "  sallyport doctor --output json"})
public final class DoctorCommand extends FleetCommand {

    /**
     * One finding.
     *
     * @param exitCode what a command on this would have ended with
     * @param answer what was answered, or what to do
     */
    private record Finding(String what, ExitCode exitCode, String answer) {}

    @Override
    protected ExitCode run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(configuration());
        try (FleetClient client = client()) {
            findings.add(ask("policy-service", () -> count(client.get(Service.POLICY, "/v1/tools"), "tools")));
            findings.add(ask("freeze", () -> freezes(client.get(Service.POLICY, "/v1/freeze"))));
            findings.add(ask(
                    "approval-service",
                    () -> count(client.get(Service.APPROVAL, "/v1/approvals?state=pending&limit=50"), "approvals")
                            + " waiting"));
            findings.add(ask("executor nodes", () -> nodes(client.get(Service.EXECUTOR, "/v1/nodes"))));
            findings.add(ask("ledger", () -> checkpoint(client.bytes(Service.ATTESTATION, "/checkpoint"))));
            findings.add(ask("vault-service", () -> vault(client.get(Service.VAULT, "/v1/vault/status"))));
        }
        print(findings);
        return findings.stream()
                .map(Finding::exitCode)
                .filter(code -> code != ExitCode.OK)
                .findFirst()
                .orElse(ExitCode.OK);
    }

    private Finding configuration() {
        return ask("configuration", () -> {
            root().configuration();
            return root().configurationFile().toString();
        });
    }

    private static Finding ask(String what, Supplier<String> question) {
        try {
            return new Finding(what, ExitCode.OK, question.get());
        } catch (CommandFailure failure) {
            return new Finding(what, failure.exitCode(), String.valueOf(failure.getMessage()));
        }
    }

    private void print(List<Finding> findings) {
        if (json()) {
            ArrayNode array = Json.mapper().createArrayNode();
            findings.forEach(finding -> array.addObject()
                    .put("what", finding.what())
                    .put("ok", finding.exitCode() == ExitCode.OK)
                    .put("exit_code", finding.exitCode().number())
                    .put("answer", finding.answer()));
            printJson(array);
            return;
        }
        Table table = new Table("WHAT", "", "ANSWER");
        findings.forEach(finding ->
                table.row(finding.what(), finding.exitCode() == ExitCode.OK ? "ok" : "NO", finding.answer()));
        out().print(table.render());
        findings.stream()
                .filter(finding -> finding.exitCode() != ExitCode.OK)
                .forEach(finding ->
                        err().println("\n" + finding.what() + ":\n" + VisibleText.block(finding.answer(), "  ")));
    }

    private static String count(JsonNode page, String name) {
        return items(page, name).size() + " " + name;
    }

    private static String freezes(JsonNode answer) {
        JsonNode frozen = items(answer, "freezes");
        if (!frozen.isArray() || frozen.isEmpty()) {
            return "nothing is frozen";
        }
        StringJoiner scopes = new StringJoiner(", ", "FROZEN: ", "");
        frozen.forEach(one -> scopes.add((Json.text(one, "scope") + " " + Json.text(one, "id")).strip()));
        return scopes.toString();
    }

    private static String nodes(JsonNode answer) {
        JsonNode nodes = items(answer, "nodes");
        if (!nodes.isArray() || nodes.isEmpty()) {
            return "no node is there: calls wait until one joins";
        }
        StringJoiner names = new StringJoiner(", ");
        nodes.forEach(node -> {
            StringJoiner tiers = new StringJoiner("");
            node.path("tiers").forEach(tier -> tiers.add(tier.asString()));
            names.add(Json.text(node, "name") + " [" + tiers + "]"
                    + (node.path("present").asBoolean(true) ? "" : " gone"));
        });
        return names + (anyPresent(nodes) ? "" : ": calls wait until a node is back");
    }

    private static boolean anyPresent(JsonNode nodes) {
        for (JsonNode node : nodes) {
            if (node.path("present").asBoolean(true)) {
                return true;
            }
        }
        return false;
    }

    private static String checkpoint(byte[] note) {
        @Nullable
        String size = new String(note, StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .findFirst()
                .orElse(null);
        return size == null ? "its checkpoint is empty" : size + " leaves";
    }

    private static String vault(JsonNode status) {
        String state = Json.text(status, "state");
        return state.isEmpty() ? status.toString() : state;
    }
}
