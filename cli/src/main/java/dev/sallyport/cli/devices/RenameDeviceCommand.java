package dev.sallyport.cli.devices;

import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport devices rename}. */
@Command(
        name = "rename",
        mixinStandardHelpOptions = true,
        description = "Change what people call a device; its id and certificates stay.",
        footer = {"  sallyport devices rename laptop 'Ada, old laptop'"})
final class RenameDeviceCommand extends DeviceActCommand {
    @Parameters(index = "1", paramLabel = "TEXT", description = "What people call it from now on.")
    private String label = "";

    RenameDeviceCommand() {
        super("rename");
    }

    @Override
    ObjectNode body() {
        return Json.mapper().createObjectNode().put("label", label);
    }
}
