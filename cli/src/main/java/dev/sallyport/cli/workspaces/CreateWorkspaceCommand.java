package dev.sallyport.cli.workspaces;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.SignInLink;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport workspaces create}: a further workspace, by the owner's certificate. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Make a workspace with its owner, and a sign-in link for that person.",
        footer = {"  sallyport workspaces create research --owner grace --identity identities/owner"})
final class CreateWorkspaceCommand extends FleetCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the workspace.")
    private String name = "";

    @Option(names = "--owner", required = true, paramLabel = "PERSON", description = "Name of its owner.")
    private String owner = "";

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper()
                .createObjectNode()
                .put("name", name)
                .put("person", owner.startsWith("person:") ? owner.substring("person:".length()) : owner);
        SignInLink link = SignInLink.of(root());
        JsonNode answer;
        try (FleetClient client = root().certificateClient()) {
            answer = client.send(Service.POLICY, "POST", "/v1/workspaces", body);
        }
        results().object(link.addTo((ObjectNode) answer, Json.text(answer, "sign_in_token")));
        return ExitCode.OK;
    }
}
