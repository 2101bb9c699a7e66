package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;

/** {@code sallyport vault status}: sealed or not, and the key ring. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show whether the vault is sealed and its key ring.",
        footer = {"  sallyport vault status"})
final class VaultStatusCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.VAULT, "/v1/vault/status"));
            return ExitCode.OK;
        }
    }
}
