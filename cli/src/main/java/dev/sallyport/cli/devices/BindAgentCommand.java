package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport devices bind}. */
@Command(
        name = "bind",
        mixinStandardHelpOptions = true,
        description = "Let an agent act by its certificate alone, without a token.",
        footer = {
            "  sallyport devices bind agent/builder",
            "  sallyport devices bind agent/builder --to agent:reports",
            "",
            "You answer for the calls of the agent. Whoever pairs under this name acts as it."
        })
final class BindAgentCommand extends FleetCommand {
    @Mixin
    private DeviceName device = new DeviceName();

    @Option(
            names = "--to",
            paramLabel = "PRINCIPAL",
            description = "The agent of your workspace (default: the one of the same name).")
    private @Nullable String principal;

    @Override
    protected ExitCode run() {
        String name = device.agent();
        try (FleetClient client = client()) {
            results()
                    .object(client.send(
                            Service.POLICY,
                            "POST",
                            "/v1/agent-certificates",
                            Json.mapper()
                                    .createObjectNode()
                                    .put("name", name)
                                    .put("principal", principal == null ? "agent:" + name : principal)));
            return ExitCode.OK;
        }
    }
}
