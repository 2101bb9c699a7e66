package dev.sallyport.cli.tools;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.config.ConfigUpdate;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport tools allow}: opens a tool to the workspace. */
@Command(
        name = "allow",
        mixinStandardHelpOptions = true,
        description = "Add a tool to the workspace's list of tools that may be called.",
        footer = {
            "  sallyport tools allow report.lines",
            "",
            "It changes `allowlisted_tools` of the configuration, as `sallyport config edit` would: where the workspace has"
                    + " a second person, that one confirms it."
        })
final class AllowToolCommand extends FleetCommand {
    private static final String LIST = "allowlisted_tools";

    @Parameters(paramLabel = "TOOL", description = "Name of the tool.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            ObjectNode config = (ObjectNode) client.get(Service.POLICY, ConfigUpdate.PATH);
            ArrayNode tools = config.withArray(LIST);
            if (tools.valueStream().map(JsonNode::asString).anyMatch(tool -> tool.equals(name) || tool.equals("*"))) {
                results().note("The workspace opens " + name + " already; nothing was sent.");
                return ExitCode.OK;
            }
            warnOfNoSuchTool(client);
            tools.add(name);
            ConfigUpdate.send(client, config, results());
            return ExitCode.OK;
        }
    }

    /** A name may be opened before its tool is there; a misspelt one would be open to whoever registers it later. */
    private void warnOfNoSuchTool(FleetClient client) {
        try {
            client.get(Service.POLICY, "/v1/tools/" + encoded(name));
        } catch (FleetFailure e) {
            if (e.exitCode() != ExitCode.NOT_FOUND) {
                throw e;
            }
            results().warning("there is no tool " + name + " now: whoever registers one of this name finds it open");
        }
    }
}
