package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport policy changes}: what waited for a second person. */
@Command(
        name = "changes",
        mixinStandardHelpOptions = true,
        description = "List activations that take two people, the newest first.",
        footer = {"  sallyport policy changes"})
final class ListPolicyChangesCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("change_id", "state", "set", "rules", "proposed_by", "expires_at", "decided_by");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, CheckView.CHANGES + page.query()),
                            COLUMNS,
                            "No activation has waited for a second person.");
            return ExitCode.OK;
        }
    }
}
