package dev.sallyport.cli.devices;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport devices clear}. */
@Command(
        name = "clear",
        mixinStandardHelpOptions = true,
        description = "Let the name of a revoked device pair again; for owners.",
        footer = {"  sallyport devices clear laptop", "", "The certificates that it had stay revoked."})
final class ClearDeviceCommand extends DeviceActCommand {
    ClearDeviceCommand() {
        super("clear");
    }

    @Override
    @Nullable
    ObjectNode body() {
        return null;
    }
}
