package dev.sallyport.cli.skills;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;

/** {@code sallyport skills list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the versions of the workspace's skills in whatever state.",
        footer = {"  sallyport skills list"})
final class ListSkillsCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("skill", "version", "state", "publisher", "reason");

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.EXECUTOR, "/v1/skills"), COLUMNS, "There are no skills.");
            return ExitCode.OK;
        }
    }
}
