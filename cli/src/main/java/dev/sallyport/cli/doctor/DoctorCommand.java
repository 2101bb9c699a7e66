package dev.sallyport.cli.doctor;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.failure.Problem;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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
    private static final Columns COLUMNS = Columns.of("what", "ok").with("answer", DoctorCommand::brief);

    /**
     * One finding.
     *
     * @param exitCode what a command on this would have ended with
     * @param answer what was answered, or what to do
     */
    private record Finding(String what, ExitCode exitCode, String answer) {}

    /** Somebody has to act within weeks. */
    private static final class EndsSoon extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndsSoon(String message) {
            super(message);
        }
    }

    /** So long before the end of an authority it is a finding, in days. */
    private static final long DAYS_AHEAD = 60;

    @Option(
            names = "--attack",
            description = {
                "Try every promise of this machine's sandboxes, each beside the same without one, and print",
                "[{case, tier, expected, observed, control, holds}]. Only where a node's program is, not as root."
            })
    private boolean attack;

    @Override
    protected ExitCode run() {
        if (attack) {
            throw new CommandFailure.Usage("there is no node's program beside this command. Ask a node of the fleet by"
                    + " sallyport nodes attack NODE; or on the node's host, as the node's user: java -jar"
                    + " executor-service.jar doctor --attack");
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(configuration());
        findings.add(ask("credential", root()::credentialInWords));
        try (FleetClient client = client()) {
            findings.add(ask("policy-service", () -> tools(client.get(Service.POLICY, "/v1/tools"))));
            findings.add(ask("freeze", () -> freezes(client.get(Service.POLICY, "/v1/freeze"))));
            findings.add(ask(
                    "approval-service",
                    () -> waiting(client.get(Service.APPROVAL, "/v1/approvals?state=pending&limit=50"))));
            findings.add(ask("executor nodes", () -> nodes(client.get(Service.EXECUTOR, "/v1/nodes"))));
            findings.add(ask("ledger", () -> checkpoint(client.bytes(Service.ATTESTATION, "/checkpoint"))));
            findings.add(ask("vault-service", () -> vault(client.get(Service.VAULT, "/v1/vault/status"))));
            findings.add(ask(
                    "authorities",
                    () -> ends(client.get(Service.VAULT, "/v1/authorities").path("items"), "sallyport ca rotate DIR")));
            findings.add(ask(
                    "roots",
                    () -> ends(
                            client.get(Service.VAULT, "/v1/trust").path("roots"), "sallyport ca rotate DIR --root")));
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
        } catch (FleetFailure e) {
            Problem problem = e.problem();
            return problem == null
                    ? new Finding(what, e.exitCode(), String.valueOf(e.getMessage()))
                    : new Finding(what, e.exitCode(), problem.sentence());
        } catch (EndsSoon e) {
            return new Finding(what, ExitCode.NEGATIVE, String.valueOf(e.getMessage()));
        } catch (CommandFailure e) {
            return new Finding(what, e.exitCode(), String.valueOf(e.getMessage()));
        }
    }

    private void print(List<Finding> findings) {
        ObjectNode page = Json.mapper().createObjectNode();
        ArrayNode items = page.putArray("items");
        findings.forEach(finding -> items.addObject()
                .put("what", finding.what())
                .put("ok", finding.exitCode() == ExitCode.OK)
                .put("exit_code", finding.exitCode().number())
                .put("answer", finding.answer()));
        results().list(page, COLUMNS, "");
        findings.stream()
                .filter(finding -> finding.exitCode() != ExitCode.OK)
                .forEach(finding -> results().note(finding.what() + ": " + finding.answer()));
        String outranked = root().outranked();
        if (outranked != null && findings.stream().anyMatch(finding -> finding.exitCode() == ExitCode.NOT_PERMITTED)) {
            results().note(outranked);
        }
    }

    /** What fits into a line: what did not go well is told below the table. */
    private static String brief(JsonNode finding) {
        return finding.path("ok").asBoolean(false) ? Json.text(finding, "answer") : "see below";
    }

    private static String tools(JsonNode page) {
        return page.path("items").size() + " tools";
    }

    private static String waiting(JsonNode page) {
        return page.path("items").size() + " approvals waiting";
    }

    private static String freezes(JsonNode page) {
        StringJoiner scopes = new StringJoiner(", ", "FROZEN: ", "").setEmptyValue("nothing is frozen");
        page.path("items").forEach(one -> scopes.add((Json.text(one, "scope") + " " + Json.text(one, "id")).strip()));
        return scopes.toString();
    }

    private static String nodes(JsonNode page) {
        JsonNode nodes = page.path("items");
        if (nodes.isEmpty()) {
            return "no node is there: calls wait until one joins";
        }
        StringJoiner names = new StringJoiner(", ");
        nodes.forEach(node -> {
            StringJoiner tiers = new StringJoiner("");
            node.path("tiers").forEach(tier -> tiers.add(tier.asString()));
            names.add(Json.text(node, "name") + " [" + tiers + "]" + (isPresent(node) ? "" : " gone"));
        });
        return names
                + (nodes.valueStream().anyMatch(DoctorCommand::isPresent) ? "" : ": calls wait until a node is back");
    }

    private static boolean isPresent(JsonNode node) {
        return node.path("present").asBoolean(true);
    }

    private static String checkpoint(byte[] note) {
        return new String(note, StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .findFirst()
                .map(size -> size + " leaves")
                .orElse("its checkpoint is empty");
    }

    /** When the first kind of these that nobody has replaced ends. */
    private String ends(JsonNode authorities, String remedy) {
        Map<String, Instant> ends = new TreeMap<>();
        authorities.forEach(one -> {
            String end = Json.text(one, "not_after");
            if (!end.isEmpty() && one.path("state").asString("issuing").equals("issuing")) {
                ends.merge(Json.text(one, "purpose"), Instant.parse(end), (a, b) -> a.isAfter(b) ? a : b);
            }
        });
        if (ends.isEmpty()) {
            return "none was named";
        }
        long days = Duration.between(root().surroundings().clock().instant(), Collections.min(ends.values()))
                .toDays();
        if (days < DAYS_AHEAD) {
            throw new EndsSoon("the first ends in " + days + " days, and nothing counts beyond its end: " + remedy);
        }
        return "the first ends in " + days + " days";
    }

    private static String vault(JsonNode status) {
        return Json.text(status, "state");
    }
}
