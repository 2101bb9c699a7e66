package dev.sallyport.cli.tools;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport tools list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the tools of the catalogue.",
        footer = {"  sallyport tools list"})
final class ListToolsCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("name", "version", "capabilities", "description");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.POLICY, "/v1/tools" + page.query()), COLUMNS, "There are no tools.");
            return ExitCode.OK;
        }
    }
}
