package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import java.io.IOException;
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
            "  pass show db | tr -d '\\n' | sallyport vault put db-password",
            "",
            "The bytes are taken as they are: a line break at the end is part of the value."
        })
final class PutSecretCommand extends FleetCommand {
    private static final int LARGEST_VALUE = 64 * 1024;

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
        byte[] value = value();
        try (FleetClient client = client()) {
            results().object(client.put(Service.VAULT, "/v1/secrets/" + encoded(name), value, headers));
            return ExitCode.OK;
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    private byte[] value() {
        try {
            byte[] value = root().surroundings().in().readNBytes(LARGEST_VALUE + 1);
            if (value.length == 0) {
                throw usage("standard input is empty: the value comes from there");
            }
            if (value.length > LARGEST_VALUE) {
                Arrays.fill(value, (byte) 0);
                throw usage("a secret has at most 64 KiB");
            }
            return value;
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the value from standard input: " + e.getMessage(), e);
        }
    }

    private static void put(Map<String, String> headers, String header, List<String> values) {
        if (!values.isEmpty()) {
            headers.put(header, String.join(",", values));
        }
    }
}
