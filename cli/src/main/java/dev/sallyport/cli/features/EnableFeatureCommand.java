package dev.sallyport.cli.features;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport features enable}: switches features on. */
@Command(
        name = "enable",
        mixinStandardHelpOptions = true,
        description = "Switch features on. Where the workspace has a second person, that one confirms it.",
        footer = {"  sallyport features enable openai-tool-calls", "  sallyport features enable authzen access-requests"
        })
final class EnableFeatureCommand extends FleetCommand {
    @Parameters(arity = "1..*", paramLabel = "FEATURE", description = "Name of a feature (repeatable).")
    private List<String> names = List.of();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            FeatureUpdate.of(client).send(client, names, true, results());
            return ExitCode.OK;
        }
    }
}
