package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sallyport vault uses}: the calls that had a secret. */
@Command(
        name = "uses",
        mixinStandardHelpOptions = true,
        description = "List the calls that had a secret, the latest first.",
        footer = {"  sallyport vault uses github-token"})
final class SecretUsesCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("proposal_id", "version", "node", "redeemed_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the secret.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.VAULT, "/v1/secrets/" + encoded(name) + "/uses" + page.query()),
                            COLUMNS,
                            "No call has had this secret.");
            return ExitCode.OK;
        }
    }
}
