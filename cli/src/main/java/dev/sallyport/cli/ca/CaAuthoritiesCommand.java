package dev.sallyport.cli.ca;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;

/** {@code sallyport ca authorities}: who of the running fleet stands on which issuing authority. */
@Command(
        name = "authorities",
        mixinStandardHelpOptions = true,
        description = "Show the issuing authorities, and how many certificates of each the running fleet uses.",
        footer = {
            "  sallyport ca authorities",
            "  sallyport ca authorities --json",
            "",
            "Asks vault-service. With --json also whose they are. A holder counts until it has shown a newer one."
        })
final class CaAuthoritiesCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("authority", "purpose", "state", "certificates", "not_after");

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.VAULT, "/v1/authorities"),
                            COLUMNS,
                            "The fleet has no issuing authority that has not expired.");
            return ExitCode.OK;
        }
    }
}
