package dev.sallyport.cli.devices;

import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport devices revoke}. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = "End a device: every service refuses its certificates within 5 s, and it gets no new one.",
        footer = {
            "  sallyport devices revoke laptop --reason 'left in a train'",
            "",
            "The name cannot pair again until an owner clears it: sallyport devices clear."
        })
final class RevokeDeviceCommand extends DeviceActCommand {
    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is kept on the ledger.")
    private String reason = "";

    RevokeDeviceCommand() {
        super("revoke");
    }

    @Override
    ObjectNode body() {
        return Json.mapper().createObjectNode().put("reason", reason);
    }
}
