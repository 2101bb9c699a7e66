package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport policy list}: the stored sets. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the uploaded sets, the newest first.",
        footer = {"  sallyport policy list"})
final class ListPoliciesCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("digest", "name", "active", "bytes", "uploaded_by", "uploaded_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, PolicyFolder.SETS + page.query()),
                            COLUMNS,
                            "Nobody has uploaded a set: the baseline decides alone.");
            return ExitCode.OK;
        }
    }
}
