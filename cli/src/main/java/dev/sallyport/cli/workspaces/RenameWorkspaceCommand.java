package dev.sallyport.cli.workspaces;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport workspaces rename}: another name for the own workspace. */
@Command(
        name = "rename",
        mixinStandardHelpOptions = true,
        description = "Give your workspace another name.",
        footer = {"  sallyport workspaces rename 01JD0000000000000000000000 research"})
final class RenameWorkspaceCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the workspace, as `sallyport workspaces list` has it.")
    private String id = "";

    @Parameters(paramLabel = "NAME", description = "Its new name.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(client.send(
                            Service.POLICY,
                            "POST",
                            "/v1/workspaces/" + encoded(id) + ":rename",
                            Json.mapper().createObjectNode().put("name", name)));
            return ExitCode.OK;
        }
    }
}
