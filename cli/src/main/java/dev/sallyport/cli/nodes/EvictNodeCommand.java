package dev.sallyport.cli.nodes;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport nodes evict}: its sessions are given up, so that their calls run elsewhere. */
@Command(
        name = "evict",
        mixinStandardHelpOptions = true,
        description = "Give up the sessions of a node that does not come back; their files on it are lost to them.",
        footer = {
            "  sallyport nodes evict node-2",
            "  sallyport nodes evict default/node-1 --present",
            "",
            "A node that is there keeps its sessions, unless --present says that it is meant."
        })
final class EvictNodeCommand extends FleetCommand {
    @Parameters(paramLabel = "NODE", description = "Its name, or POOL/NAME.")
    private String name = "";

    @Option(names = "--present", description = "Evict it although it is there.")
    private boolean present;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode node = NodeName.of(name)
                    .in(client.get(Service.EXECUTOR, "/v1/nodes").path("items"));
            if (!present && node.path("present").asBoolean(false)) {
                throw new CommandFailure.Usage(
                        name + " is there, and its sessions use their files on it. To evict it all the same, add"
                                + " --present");
            }
            String path = "/v1/nodes/" + encoded(Json.text(node, "pool")) + "/" + encoded(Json.text(node, "name"));
            results().object(client.send(Service.EXECUTOR, "POST", path + ":evict", null));
            return ExitCode.OK;
        }
    }
}
