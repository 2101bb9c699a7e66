package dev.sallyport.cli.members;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport members list}: who belongs here, with which roles. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the members of the workspace.",
        footer = {"  sallyport members list"})
final class ListMembersCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("principal", "roles");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.POLICY, "/v1/members" + page.query()), COLUMNS, "There are no members.");
            return ExitCode.OK;
        }
    }
}
