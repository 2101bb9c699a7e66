package dev.sallyport.cli.workspaces;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport workspaces close}: the end of the own workspace. */
@Command(
        name = "close",
        mixinStandardHelpOptions = true,
        description = "Close your workspace for good: everybody in it is removed, you too.",
        footer = {
            "  sallyport workspaces close 01JD0000000000000000000000",
            "",
            "Tokens, sessions and devices end, and calls that have not ended are cancelled. What was stated stays."
        })
final class CloseWorkspaceCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the workspace, as `sallyport workspaces list` has it.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.POLICY, "POST", "/v1/workspaces/" + encoded(id) + ":close", null));
            return ExitCode.OK;
        }
    }
}
