package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport policy history}: which sets have decided. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = "List what was in force, the newest first.",
        footer = {"  sallyport policy history"})
final class ListActivationsCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("position", "active", "set", "rollback", "actor", "proposed_by", "activated_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, "/v1/policy-activations" + page.query()),
                            COLUMNS,
                            "Nothing is behind this.");
            return ExitCode.OK;
        }
    }
}
