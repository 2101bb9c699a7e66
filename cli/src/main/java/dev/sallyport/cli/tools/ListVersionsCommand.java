package dev.sallyport.cli.tools;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sallyport tools versions}. */
@Command(
        name = "versions",
        mixinStandardHelpOptions = true,
        description = "List the versions of a tool of your own, the newest first.",
        footer = {"  sallyport tools versions report.lines"})
final class ListVersionsCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("version", "state", "sensitive", "registered_by", "registered_at", "decided_by", "retired_by");

    @Parameters(paramLabel = "TOOL", description = "Name of the tool.")
    private String name = "";

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, "/v1/tools/" + encoded(name) + "/versions" + page.query()),
                            COLUMNS,
                            "The workspace has registered no version of " + name + ".");
            return ExitCode.OK;
        }
    }
}
