package dev.sallyport.cli.proposals;

import dev.sallyport.cli.command.DurationConverter;
import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport proposals submit}: one call, proposed and, if wanted, waited for. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = "Propose a call of a tool and wait for its end.",
        footer = {
            "  sallyport proposals submit echo --arg text=hello",
            "  sallyport proposals submit process.run --arg executable=uname --json-arg args='[\"-s\"]'",
            "  echo '{\"path\":\"notes.txt\"}' | sallyport proposals submit fs.read --arguments -",
            "",
            "Exit code 0: succeeded. 1: denied, refused, failed … 8: still open after the wait."
        })
final class SubmitCommand extends FleetCommand {
    private static final int LARGEST_ARGUMENTS = 1 << 20;
    private static final Pattern OTHER_TYPE = Pattern.compile("\\b(array|object|number|integer|boolean)\\b");

    @Parameters(paramLabel = "TOOL", description = "Name of the tool, such as process.run.")
    private String tool = "";

    @Option(names = "--arg", paramLabel = "NAME=TEXT", description = "A text argument.")
    private Map<String, String> textArguments = new LinkedHashMap<>();

    @Option(names = "--json-arg", paramLabel = "NAME=JSON", description = "An argument that is not a text.")
    private Map<String, String> jsonArguments = new LinkedHashMap<>();

    @Option(names = "--arguments", paramLabel = "FILE", description = "JSON object of arguments; - is standard input.")
    private @Nullable String argumentsFile;

    @Option(names = "--session", paramLabel = "ID", description = "Session of yours that the call belongs to.")
    private @Nullable String session;

    @Option(names = "--run", paramLabel = "ID", description = "Run of yours that the call belongs to.")
    private @Nullable String run;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            description = "Channel, if your token has several (with a certificate: cli).")
    private @Nullable String channel;

    @Option(names = "--secret", paramLabel = "NAME", description = "Secret that the call needs, by its name.")
    private List<String> secrets = List.of();

    @Option(names = "--egress-host", paramLabel = "HOST", description = "Host that the call needs to reach.")
    private List<String> egressHosts = List.of();

    @Option(
            names = "--rationale",
            paramLabel = "TEXT",
            description = "Why you want the call, for people who are asked about it.")
    private @Nullable String rationale;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "The same key and request never run twice within 24 h.")
    private @Nullable String idempotencyKey;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait for the end (default 30s; 0 = not at all).")
    private Duration wait = Duration.ofSeconds(30);

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("tool", tool);
        body.set("arguments", arguments());
        refuseReferences();
        putIfSet(body, "session_id", session);
        putIfSet(body, "run_id", run);
        putAll(body, "secrets", secrets);
        putAll(body, "egress_hosts", egressHosts);
        putIfSet(body, "rationale", rationale);
        Map<String, String> headers = new LinkedHashMap<>();
        if (idempotencyKey != null) {
            headers.put("Idempotency-Key", idempotencyKey);
        }
        Duration first = Waiting.oneRequest(wait);
        if (!wait.isZero()) {
            headers.put("Prefer", "wait=" + first.toSeconds());
        }
        try (FleetClient client = client()) {
            // A token has its own channels, mostly one; a certificate's owner has all, so one must be named.
            putIfSet(body, "channel", channel == null && client.showsCertificate() ? "cli" : channel);
            JsonNode proposal = client.send(Service.POLICY, "POST", "/v1/proposals", body, headers, first);
            proposal = Waiting.until(client, proposal, wait.minus(first));
            return ProposalView.print(proposal, results());
        } catch (FleetFailure e) {
            throw isTextWhereNoneBelongs(e)
                    ? e.advising("--arg sends a text; anything else goes into --json-arg, such as"
                            + " --json-arg args='[\"-s\"]'")
                    : e;
        }
    }

    private void refuseReferences() {
        for (String secret : secrets) {
            if (secret.startsWith("vault://")) {
                throw usage("--secret takes the secret's name alone, as in: --secret "
                        + secret.substring(secret.lastIndexOf('/') + 1));
            }
        }
    }

    /** Whether the service wants another type for an argument that was given as a text. */
    private boolean isTextWhereNoneBelongs(FleetFailure e) {
        return e.problem() != null
                && e.problem().errors().stream()
                        .anyMatch(error -> OTHER_TYPE.matcher(error).find()
                                && textArguments.keySet().stream().anyMatch(error::contains));
    }

    private ObjectNode arguments() {
        ObjectNode arguments = argumentsFile == null ? Json.mapper().createObjectNode() : object(argumentsFile);
        textArguments.forEach(arguments::put);
        jsonArguments.forEach((name, text) -> {
            try {
                arguments.set(name, Json.read(text.getBytes(StandardCharsets.UTF_8)));
            } catch (JacksonException e) {
                throw usage("--json-arg " + name + " is not JSON: " + Json.complaint(e)
                        + ". Write for example --json-arg " + name + "='[\"-s\"]'; a plain text goes into --arg");
            }
        });
        return arguments;
    }

    private ObjectNode object(String file) {
        try {
            byte[] bytes = file.equals("-")
                    ? root().surroundings().in().readNBytes(LARGEST_ARGUMENTS + 1)
                    : Files.readAllBytes(Path.of(file));
            if (bytes.length > LARGEST_ARGUMENTS) {
                throw usage("the arguments are longer than 1 MiB");
            }
            if (Json.read(bytes) instanceof ObjectNode object) {
                return object;
            }
            throw usage("the arguments must be one JSON object");
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the arguments from " + file, e);
        } catch (JacksonException e) {
            throw usage("the arguments are not JSON: " + Json.complaint(e));
        }
    }

    private static void putIfSet(ObjectNode body, String field, @Nullable String value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    private static void putAll(ObjectNode body, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = body.putArray(field);
            values.forEach(array::add);
        }
    }
}
