package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.ClientConfig;
import dev.sallyport.cli.fleet.Credential;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.pairing.PairingCode;
import dev.sallyport.identity.pairing.PairingRefusedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport devices pair}: the device's side of a pairing. */
@Command(
        name = "pair",
        mixinStandardHelpOptions = true,
        description = "Make this device's key and get its certificate with the code of an operator's window.",
        footer = {
            "  sallyport devices pair --vault https://vault.example ~/.config/sallyport/identity",
            "  sallyport devices pair --vault http://localhost:8085 --as /agent/builder builder < code.txt",
            "",
            "The code is read from standard input. Nothing of the fleet needs to be known before: the code also",
            "proves to this device that it speaks with the fleet of whoever opened the window.",
        })
final class PairDeviceCommand extends FleetCommand {
    @Option(
            names = "--vault",
            required = true,
            paramLabel = "URL",
            description = "Base URL of vault-service's public connector.")
    private String vault = "";

    @Option(
            names = "--as",
            paramLabel = "PATH",
            description = "What this device expects to become, such as /device/laptop; nothing else is accepted then.")
    private @Nullable String expected;

    @Parameters(paramLabel = "DIR", description = "The identity directory to write.")
    private Path directory = Path.of("");

    @Override
    protected ExitCode run() {
        ClientConfig nothingKnown = new ClientConfig(Map.of(), Map.of(), null, null, null);
        try (FleetClient client = new FleetClient(
                nothingKnown,
                new Credential.Newcomer(),
                vault,
                root().surroundings().clock())) {
            DevicePairing pairing = DevicePairing.offered(client);
            if (expected != null && !pairing.path().equals(expected)) {
                throw new CommandFailure.Usage("the open window is for " + pairing.path() + ", not for " + expected);
            }
            results().note("This device becomes " + pairing.path() + ". The code that the operator sees:");
            WorkloadIdentity identity =
                    pairing.run(code(), root().surroundings().clock().instant());
            IdentityDirectory.write(directory.toAbsolutePath(), identity);
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("spiffe_id", identity.id().toString())
                            .put("identity", directory.toString()));
            return ExitCode.OK;
        } catch (PairingRefusedException e) {
            throw new CommandFailure.Usage(
                    "the other side could not prove that it has this code, so nothing was kept: the code is wrong, or"
                            + " somebody is in between. Ask for a new window (" + e.getMessage() + ")",
                    e);
        } catch (IdentityException e) {
            throw new CommandFailure.Usage(e.getMessage() + " [" + e.code() + "]", e);
        }
    }

    private PairingCode code() {
        try {
            String line = new BufferedReader(
                            new InputStreamReader(root().surroundings().in(), StandardCharsets.UTF_8))
                    .readLine();
            return PairingCode.tryParse(line == null ? "" : line)
                    .orElseThrow(() -> new CommandFailure.Usage(
                            "a code has " + PairingCode.LENGTH + " letters and digits, such as K7QM-2XWD"));
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the code: " + e.getMessage(), e);
        }
    }
}
