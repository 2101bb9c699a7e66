package dev.sallyport.cli.devices;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ObjectNode;

/** Does something to one device. */
abstract class DeviceActCommand extends FleetCommand {
    private final String act;

    @Mixin
    private DeviceName device = new DeviceName();

    DeviceActCommand(String act) {
        this.act = act;
    }

    /** What is sent along; null for nothing. */
    abstract @Nullable ObjectNode body();

    @Override
    protected final ExitCode run() {
        try (FleetClient client = root().certificateClient()) {
            client.send(Service.VAULT, "POST", device.act(act), body());
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("device", device.path())
                            .put("done", act));
            return ExitCode.OK;
        }
    }
}
