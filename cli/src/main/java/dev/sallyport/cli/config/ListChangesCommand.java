package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport config changes}: what was to be opened, and what became of it. */
@Command(
        name = "changes",
        mixinStandardHelpOptions = true,
        description = "List changes that open something and wait, or waited, for a second person, the newest first.",
        footer = {"  sallyport config changes"})
final class ListChangesCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("change_id", "state", "opens", "proposed_by", "expires_at", "decided_by");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, "/v1/config/changes" + page.query()),
                            COLUMNS,
                            "No change has waited for a second person. What one person may open alone is in the ledger: `sallyport ledger"
                                    + " query --event config-changed`.");
            return ExitCode.OK;
        }
    }
}
