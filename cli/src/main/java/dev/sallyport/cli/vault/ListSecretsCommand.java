package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport vault list}: metadata only. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List secrets (metadata only).",
        footer = {"  sallyport vault list"})
final class ListSecretsCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("name", "version", "hosts", "uses", "last_used_at", "expires_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.VAULT, "/v1/secrets" + page.query()), COLUMNS, "There are no secrets.");
            return ExitCode.OK;
        }
    }
}
