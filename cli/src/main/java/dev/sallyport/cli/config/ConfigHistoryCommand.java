package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport config history}: the versions, and who put each in force. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = "List the versions of the configuration, the newest first.",
        footer = {"  sallyport config history"})
final class ConfigHistoryCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("version", "active", "actor", "created_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.POLICY, ConfigUpdate.VERSIONS + page.query()), COLUMNS, "There is none.");
            return ExitCode.OK;
        }
    }
}
