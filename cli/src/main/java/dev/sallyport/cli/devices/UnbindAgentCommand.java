package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport devices unbind}. */
@Command(
        name = "unbind",
        mixinStandardHelpOptions = true,
        description = "End what an agent's certificate stands for. The certificate itself stays.",
        footer = {"  sallyport devices unbind agent/builder"})
final class UnbindAgentCommand extends FleetCommand {
    @Mixin
    private DeviceName device = new DeviceName();

    @Override
    protected ExitCode run() {
        String name = device.agent();
        try (FleetClient client = client()) {
            client.send(Service.POLICY, "DELETE", "/v1/agent-certificates/" + name, null);
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("device", "/agent/" + name)
                            .put("done", "unbind"));
            return ExitCode.OK;
        }
    }
}
