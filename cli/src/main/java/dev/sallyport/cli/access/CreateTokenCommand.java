package dev.sallyport.cli.access;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport tokens create}: a token, shown once or written into a file of the owner's alone. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Issue a token. It is shown once and stored nowhere.",
        footer = {
            "  sallyport tokens create --kind agent --name demo --save demo.token",
            "  sallyport tokens create --kind service --name nightly --role auditor --expires-in-days 7",
            "  sallyport tokens create --kind agent --name crawler --requests-per-minute 600 --save crawler.token",
            "  sallyport tokens create --kind person --name alice     (with the owner's device)",
            "",
            "A person is a member first: sallyport members add alice --role operator"
        })
final class CreateTokenCommand extends FleetCommand {
    @Option(names = "--kind", required = true, paramLabel = "KIND", description = "agent, person or service.")
    private String kind = "";

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "Name of the principal.")
    private String name = "";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "Role of a new service (repeatable); people get theirs by members add.")
    private List<String> roles = List.of();

    @Option(names = "--scope", paramLabel = "PERMISSION", description = "Limit to this permission (repeatable).")
    private List<String> scopes = List.of();

    @Option(names = "--channel", paramLabel = "NAME", description = "Channel it may use (repeatable).")
    private List<String> channels = List.of();

    @Option(names = "--expires-in-days", paramLabel = "N", description = "Lifetime, at most 365 (default 90).")
    private @Nullable Integer expiresInDays;

    @Option(
            names = "--requests-per-minute",
            paramLabel = "N",
            description = "How many requests it may make in a minute (default 120).")
    private @Nullable Integer requestsPerMinute;

    @Option(
            names = "--certificate",
            paramLabel = "SPIFFE_ID",
            description = "Let it count only beside the client certificate of this device or agent.")
    private @Nullable String certificate;

    @Option(names = "--label", paramLabel = "TEXT", description = "What it is for.")
    private @Nullable String label;

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "Write the token into a new 0600 file instead of printing it.")
    private @Nullable Path save;

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("kind", kind).put("name", name);
        putAll(body, "roles", roles);
        putAll(body, "scopes", scopes);
        putAll(body, "channels", channels);
        if (expiresInDays != null) {
            body.put("expires_in_days", expiresInDays);
        }
        if (label != null) {
            body.put("label", label);
        }
        if (requestsPerMinute != null) {
            body.put("requests_per_minute", requestsPerMinute);
        }
        if (certificate != null) {
            body.put("certificate", certificate);
        }
        try (FleetClient client = client();
                TokenFile file = TokenFile.at(save)) {
            results().object(file.kept(issue(client, body)));
            return ExitCode.OK;
        }
    }

    private JsonNode issue(FleetClient client, ObjectNode body) {
        try {
            return client.send(Service.POLICY, "POST", "/v1/tokens", body);
        } catch (FleetFailure e) {
            throw e.problem() != null && e.problem().code().equals("NOT_A_MEMBER")
                    ? e.advising("Let them in first: sallyport members add " + kind + ":" + name + " --role ROLE")
                    : e;
        }
    }

    private static void putAll(ObjectNode body, String field, List<String> values) {
        if (!values.isEmpty()) {
            values.forEach(body.putArray(field)::add);
        }
    }
}
