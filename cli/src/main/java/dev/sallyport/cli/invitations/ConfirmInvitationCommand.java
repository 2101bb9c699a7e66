package dev.sallyport.cli.invitations;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport invitations confirm}: lets in whom somebody else has invited, and prints the end of the link. */
@Command(
        name = "confirm",
        mixinStandardHelpOptions = true,
        description = "Confirm an invitation of somebody else, and get the end of the link.",
        footer = {"  sallyport invitations confirm 01JD0000000000000000000000"})
final class ConfirmInvitationCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the invitation.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode confirmed =
                    client.send(Service.POLICY, "POST", InvitationsCommand.PATH + "/" + encoded(id) + ":confirm", null);
            String person = Json.text(confirmed, "invitation.principal");
            ObjectNode answer = Json.mapper().createObjectNode().put("principal", person);
            results()
                    .object(answer.put("link_end", Json.text(confirmed, "end"))
                            .put("expires_at", Json.text(confirmed, "expires_at")));
            results()
                    .note(person + " is a member. Hand the end over to nobody else: right behind the beginning, which "
                            + Json.text(confirmed, "invitation.proposed_by") + " hands over, it signs in as " + person
                            + ", once.");
            return ExitCode.OK;
        }
    }
}
