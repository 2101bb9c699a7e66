package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport vault rotate}: a new key of the ring, or the answer to a secret that has leaked. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description =
                "Start a new key of the ring; or give a secret a new value and list the calls that had the old one.",
        footer = {
            "  sallyport vault rotate",
            "  sallyport vault rotate github-token < token.txt",
            "",
            "Without NAME, what lies under older keys is moved in the background. With NAME, the new value is read from",
            "standard input and keeps the terms of the old one. Ask whoever issued the old value to end it: the calls that",
            "are listed had it, and a copy of it counts there until then."
        })
final class RotateVaultCommand extends FleetCommand {
    private static final String ALL_AT_ONCE = "200";

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Name of a secret that has leaked.")
    private @Nullable String name;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(
                            name == null
                                    ? client.send(Service.VAULT, "POST", "/v1/vault/rotate", null)
                                    : replaced(client, "/v1/secrets/" + encoded(name)));
            return ExitCode.OK;
        }
    }

    private ObjectNode replaced(FleetClient client, String secret) {
        byte[] value = SecretValue.read(root().surroundings().in());
        try {
            JsonNode before = client.get(Service.VAULT, secret);
            JsonNode after = client.put(Service.VAULT, secret, value, terms(before));
            int version = after.path("version").asInt();
            ObjectNode answer = Json.mapper().createObjectNode();
            answer.put("name", Json.text(after, "name"))
                    .put("version", version)
                    .put("replaces", before.path("version").asInt());
            ArrayNode calls = answer.putArray("calls");
            String page = "/uses?limit=" + ALL_AT_ONCE;
            while (!page.isEmpty()) {
                JsonNode uses = client.get(Service.VAULT, secret + page);
                uses.path("items").forEach(use -> {
                    if (use.path("version").asInt() != version) {
                        calls.add(use);
                    }
                });
                String next = Json.text(uses, "next");
                page = next.isEmpty() ? "" : "/uses?limit=" + ALL_AT_ONCE + "&after=" + encoded(next);
            }
            return answer;
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    /** The headers that give the new version the terms of the present one. */
    private static Map<String, String> terms(JsonNode secret) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/octet-stream");
        secret.path("versions").forEach(version -> {
            if (version.path("version").asInt() == secret.path("version").asInt()) {
                PutSecretCommand.put(headers, "Sallyport-Secret-Hosts", texts(version, "hosts"));
                PutSecretCommand.put(headers, "Sallyport-Secret-Deliveries", texts(version, "deliveries"));
                PutSecretCommand.put(headers, "Sallyport-Secret-Principals", texts(version, "principals"));
                PutSecretCommand.put(headers, "Sallyport-Secret-Channels", texts(version, "channels"));
                PutSecretCommand.put(headers, "Sallyport-Secret-Expires-At", text(version, "expires_at"));
                PutSecretCommand.put(headers, "Sallyport-Secret-Reads-Per-Minute", text(version, "reads_per_minute"));
            }
        });
        return headers;
    }

    private static List<String> texts(JsonNode version, String field) {
        return version.path(field).valueStream().map(JsonNode::asString).toList();
    }

    private static List<String> text(JsonNode version, String field) {
        String text = Json.text(version, field);
        return text.isEmpty() ? List.of() : List.of(text);
    }
}
