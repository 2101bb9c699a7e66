package dev.sallyport.cli.access;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport tokens list}: which tokens there are; never the tokens. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List tokens (never their values).",
        footer = {"  sallyport tokens list"})
final class ListTokensCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("token_id", "principal", "label", "expires_at", "last_used_at", "revoked_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.POLICY, "/v1/tokens" + page.query()), COLUMNS, "There are no tokens.");
            return ExitCode.OK;
        }
    }
}
