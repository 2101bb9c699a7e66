package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport devices list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the devices and agents that have or had certificates of their own.",
        footer = {
            "  sallyport devices list",
            "",
            "The owner's device, made by `sallyport ca init`, is listed from its first renewal on."
        })
final class ListDevicesCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("spiffe_id", "label", "state", "not_after", "paired_at", "paired_by");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.VAULT, "/v1/devices" + page.query()),
                            COLUMNS,
                            "No device has a certificate from vault-service.");
            return ExitCode.OK;
        }
    }
}
