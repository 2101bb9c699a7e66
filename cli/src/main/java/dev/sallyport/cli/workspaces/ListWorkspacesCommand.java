package dev.sallyport.cli.workspaces;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport workspaces list}: those that the caller may see. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the workspaces; without trust.operate, your own.",
        footer = {"  sallyport workspaces list"})
final class ListWorkspacesCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("workspace_id", "name", "fleet", "created_at", "closed_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, "/v1/workspaces" + page.query()),
                            COLUMNS,
                            "There are no workspaces.");
            return ExitCode.OK;
        }
    }
}
