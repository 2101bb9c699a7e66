package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;

/** {@code sallyport skills publishers}. */
@Command(
        name = "publishers",
        mixinStandardHelpOptions = true,
        description = "List the publishers' keys that people have decided about.",
        footer = {"  sallyport skills publishers"})
final class PublishersCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("publisher", "fingerprint", "revoked", "changed_by");

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.EXECUTOR, "/v1/skill-publishers"), COLUMNS, "No publisher is known yet.");
            return ExitCode.OK;
        }
    }
}
