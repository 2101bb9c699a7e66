package dev.sallyport.cli.certificates;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport certificates list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the valid certificates that vault-service has issued, the newest first.",
        footer = {
            "  sallyport certificates list",
            "",
            "Those that were issued at the machine are shown by: sallyport ca status DIR"
        })
final class ListCertificatesCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("serial", "spiffe_id", "purpose", "not_after", "issued_by");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.VAULT, "/v1/certificates" + page.query()),
                            COLUMNS,
                            "vault-service has issued no certificate that is valid.");
            return ExitCode.OK;
        }
    }
}
