package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport devices bindings}. */
@Command(
        name = "bindings",
        mixinStandardHelpOptions = true,
        description = "List the certificates that stand for agents of the workspace.",
        footer = {"  sallyport devices bindings"})
final class ListBindingsCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("certificate", "principal", "accountable", "bound_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, "/v1/agent-certificates" + page.query()),
                            COLUMNS,
                            "No certificate stands for an agent of this workspace.");
            return ExitCode.OK;
        }
    }
}
