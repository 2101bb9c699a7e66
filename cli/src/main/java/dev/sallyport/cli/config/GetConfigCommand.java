package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;

/** {@code sallyport config get}: what is open now. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Print the configuration in force.",
        footer = {"  sallyport config get --output json > config.json"})
final class GetConfigCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.POLICY, "/v1/config"));
            return ExitCode.OK;
        }
    }
}
