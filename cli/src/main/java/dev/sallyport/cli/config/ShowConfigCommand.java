package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport config show}: what is in force, or a change with the configuration before and after. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show the configuration in force, or a change before and after.",
        footer = {"  sallyport config show", "  sallyport config show 01JD0000000000000000000000"})
final class ShowConfigCommand extends FleetCommand {
    @Parameters(arity = "0..1", paramLabel = "CHANGE_ID", description = "Id of a change; none for what is in force.")
    private @Nullable String id;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(
                            id == null
                                    ? client.get(Service.POLICY, ConfigUpdate.PATH)
                                    : client.get(Service.POLICY, ConfigUpdate.CHANGES + "/" + encoded(id)));
            return ExitCode.OK;
        }
    }
}
