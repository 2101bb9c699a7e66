package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.pairing.PairingCode;
import dev.sallyport.identity.pairing.PairingRefusedException;
import dev.sallyport.identity.pairing.SealedCode;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport devices open}: the operator's side of a pairing. */
@Command(
        name = "open",
        mixinStandardHelpOptions = true,
        description = "Open a window of 180 s in which one device may pair; show its code, once; wait for the device.",
        footer = {
            "  sallyport devices open laptop --label 'Ada, laptop'",
            "  sallyport devices open agent/builder --no-wait",
            "",
            "Tell the code to nobody but the person at the device, who types it into: sallyport devices pair.",
            "If the name has a device already, that one loses its certificates when the new one is paired.",
        })
final class OpenPairingCommand extends FleetCommand {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Mixin
    private DeviceName device = new DeviceName();

    @Option(names = "--label", paramLabel = "TEXT", description = "What people call it (default: its name).")
    private @Nullable String label;

    @Option(names = "--no-wait", description = "Show the code and end.")
    private boolean noWait;

    @Override
    protected ExitCode run() {
        SealedCode sealed = new SealedCode();
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("spiffe_path", device.path());
        if (label != null) {
            body.put("label", label);
        }
        body.put("code_key", Base64.getEncoder().encodeToString(sealed.publicKey()));
        try (FleetClient client = root().certificateClient()) {
            JsonNode opened = client.send(Service.VAULT, "POST", "/v1/pairing-windows", body);
            ObjectNode shown = Json.mapper().createObjectNode();
            shown.put("code", code(sealed, opened).shown());
            for (String field : new String[] {"spiffe_id", "window_id", "expires_at"}) {
                shown.put(field, Json.text(opened, field));
            }
            shown.put("replaces", opened.path("replaces").asBoolean(false));
            results().object(shown);
            return noWait ? ExitCode.OK : await(client, Json.text(opened, "window_id"));
        }
    }

    private static PairingCode code(SealedCode sealed, JsonNode opened) {
        try {
            return sealed.open(
                    Base64.getDecoder().decode(Json.text(opened, "sealed_code")), Json.text(opened, "window_id"));
        } catch (PairingRefusedException | IllegalArgumentException e) {
            throw new CommandFailure.Usage("the code of the window cannot be opened: " + e.getMessage(), e);
        }
    }

    private ExitCode await(FleetClient client, String windowId) {
        results().note("Waiting for the device…");
        while (true) {
            JsonNode window = client.get(Service.VAULT, "/v1/pairing-windows/" + encoded(windowId));
            switch (Json.text(window, "state")) {
                case "paired" -> {
                    results().note("Paired: " + Json.text(window, "spiffe_id"));
                    return ExitCode.OK;
                }
                case "burned" -> {
                    results()
                            .warning("the device's proof was wrong, so the window is burned. It was a wrong code, or"
                                    + " somebody else tried. Open another window if you expected this.");
                    return ExitCode.NEGATIVE;
                }
                case "expired" -> {
                    results().warning("no device has paired in time");
                    return ExitCode.NEGATIVE;
                }
                default -> pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure.Usage("interrupted", e);
        }
    }
}
