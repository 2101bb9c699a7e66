package dev.sallyport.cli.features;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport features disable}: switches features off. */
@Command(
        name = "disable",
        mixinStandardHelpOptions = true,
        description = "Switch features off, at once.",
        footer = {
            "  sallyport features disable openai-tool-calls",
            "  sallyport features disable authzen access-requests"
        })
final class DisableFeatureCommand extends FleetCommand {
    @Parameters(arity = "1..*", paramLabel = "FEATURE", description = "Name of a feature (repeatable).")
    private List<String> names = List.of();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            FeatureUpdate.of(client).send(client, names, false, results());
            return ExitCode.OK;
        }
    }
}
