package dev.sallyport.cli.invitations;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.SignInLink;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport invitations propose}: a person to let in, and the beginning of the link. */
@Command(
        name = "propose",
        mixinStandardHelpOptions = true,
        description = "Invite a person. A second person confirms it; each of you has one half of the link.",
        footer = {
            "  sallyport invitations propose alice --role operator",
            "",
            "Hand over what it prints as the beginning. Whoever confirms hands over the end; the person puts the end",
            "right behind the beginning and opens that. It works once, and neither half works alone."
        })
final class ProposeInvitationCommand extends FleetCommand {
    @Parameters(paramLabel = "NAME", description = "The person's name, such as alice.")
    private String name = "";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "operator, auditor or admin (repeatable); for somebody who is no member yet.")
    private List<String> roles = List.of();

    @Override
    protected ExitCode run() {
        String person = name.indexOf(':') < 0 ? "person:" + name : name;
        SignInLink link = SignInLink.of(root());
        ObjectNode body = Json.mapper().createObjectNode().put("principal", person);
        roles.forEach(body.putArray("roles")::add);
        try (FleetClient client = client()) {
            JsonNode proposed = client.send(Service.POLICY, "POST", InvitationsCommand.PATH, body);
            JsonNode invitation = proposed.path("invitation");
            String id = Json.text(invitation, "invitation_id");
            ObjectNode answer = Json.mapper().createObjectNode();
            answer.put("invitation_id", id).put("principal", Json.text(invitation, "principal"));
            link.addTo(answer, Json.text(proposed, "beginning"));
            results().object(answer.put("expires_at", Json.text(invitation, "expires_at")));
            results()
                    .note(
                            "This is the beginning of the link; alone it does not work. A second person who manages members"
                                    + " gets its end with: sallyport invitations confirm " + id);
            return ExitCode.OK;
        }
    }
}
