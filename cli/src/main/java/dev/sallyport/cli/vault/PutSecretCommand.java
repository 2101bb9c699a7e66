package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport vault put}: a new version of a secret, its value from standard input only. */
@Command(
        name = "put",
        mixinStandardHelpOptions = true,
        description = "Write a new version of a secret; the value is read from standard input.",
        footer = {
            "  sallyport vault put github-token --host api.github.com < token.txt",
            "  pass show db | sallyport vault put db-password",
            "",
            "Of a value of one line of text the line break at its end is left out: programs add it, and no field of a",
            "request can have it. Every other value is taken as it is, a key of several lines for example."
        })
final class PutSecretCommand extends FleetCommand {
    @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits, dot, dash, underscore.")
    private String name = "";

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Host it may be sent to, or a folder of its paths (repeatable).")
    private List<String> hosts = List.of();

    @Option(names = "--delivery", paramLabel = "HOW", description = "proxy, pipe, file or env (repeatable).")
    private List<String> deliveries = List.of();

    @Option(names = "--principal", paramLabel = "NAME", description = "Principal that may use it (repeatable).")
    private List<String> principals = List.of();

    @Option(names = "--channel", paramLabel = "NAME", description = "Channel that may use it (repeatable).")
    private List<String> channels = List.of();

    @Option(names = "--expires-at", paramLabel = "TIME", description = "RFC 3339 time after which it is refused.")
    private @Nullable String expiresAt;

    @Override
    protected ExitCode run() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/octet-stream");
        put(headers, "Sallyport-Secret-Hosts", hosts);
        put(headers, "Sallyport-Secret-Deliveries", deliveries);
        put(headers, "Sallyport-Secret-Principals", principals);
        put(headers, "Sallyport-Secret-Channels", channels);
        if (expiresAt != null) {
            headers.put("Sallyport-Secret-Expires-At", expiresAt);
        }
        byte[] value = SecretValue.read(root().surroundings().in());
        try (FleetClient client = client()) {
            results().object(client.put(Service.VAULT, "/v1/secrets/" + encoded(name), value, headers));
            return ExitCode.OK;
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    /** Names terms of a secret in the request's headers; empty ones are left out. */
    static void put(Map<String, String> headers, String header, List<String> values) {
        if (!values.isEmpty()) {
            headers.put(header, String.join(",", values));
        }
    }
}
