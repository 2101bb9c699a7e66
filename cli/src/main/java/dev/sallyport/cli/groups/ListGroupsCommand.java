package dev.sallyport.cli.groups;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport groups list}: the groups, and who is in them. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the groups of the workspace with their members.",
        footer = {"  sallyport groups list"})
final class ListGroupsCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("name", "members");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.POLICY, "/v1/groups" + page.query()), COLUMNS, "There are no groups.");
            return ExitCode.OK;
        }
    }
}
