package dev.sallyport.cli.members;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.SignInLink;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport invite}: a person as a member, and the link by which they sign in. */
@Command(
        name = "invite",
        mixinStandardHelpOptions = true,
        description = "Let a person in and make a sign-in link for them; for a member, make a new link.",
        footer = {
            "  sallyport invite alice --role operator",
            "  sallyport invite alice     (a new link for a member)",
            "  sallyport invite alice --key",
            "",
            "The link works once and for 15 minutes. Whoever opens it is that person from then on: hand it over on a",
            "way that only they can read. It takes the owner's device, which this command uses where one is configured."
        })
public final class InviteCommand extends FleetCommand {
    @Parameters(paramLabel = "NAME", description = "The person's name, such as alice.")
    private String name = "";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "operator, auditor, admin or owner (repeatable); for somebody who is no member yet.")
    private List<String> roles = List.of();

    @Option(
            names = "--key",
            description =
                    "With the link the person may also make a passkey, with which they sign approvals from then on.")
    private boolean key;

    @Override
    protected ExitCode run() {
        String person = Membership.principal(name);
        if (!person.startsWith("person:")) {
            throw usage("only a person signs in; an agent or a service gets a token: sallyport tokens create");
        }
        SignInLink link = SignInLink.of(root());
        try (FleetClient client = root().certificateClient()) {
            List<String> held = member(client, person);
            JsonNode issued = issue(client, person);
            ObjectNode answer = Json.mapper().createObjectNode().put("principal", person);
            held.forEach(answer.putArray("roles")::add);
            link.addTo(answer, Json.text(issued, "sign_in_token"));
            results().object(answer.put("expires_at", Json.text(issued, "expires_at")));
            results().note("The link works once. Whoever opens it is " + person + " from then on.");
            return ExitCode.OK;
        }
    }

    /** Makes the person a member if it is none. The answer is its roles. */
    private List<String> member(FleetClient client, String person) {
        JsonNode member = Membership.find(client, person);
        if (member == null) {
            if (roles.isEmpty()) {
                throw usage(person + " is no member yet: say as what with --role, for example --role operator");
            }
            return Membership.roles(Membership.put(client, person, roles));
        }
        List<String> held = Membership.roles(member);
        if (!roles.isEmpty() && !roles.stream().sorted().toList().equals(held)) {
            throw new CommandFailure.Conflict(person + " is a member already, as " + String.join(", ", held)
                    + ". For other roles: sallyport members set " + person
                    + " --role ROLE. For a new link leave --role out");
        }
        return held;
    }

    private JsonNode issue(FleetClient client, String person) {
        try {
            return client.send(
                    Service.POLICY,
                    "POST",
                    "/v1/sign-in-tokens",
                    key
                            ? Json.mapper()
                                    .createObjectNode()
                                    .put("principal", person)
                                    .put("enrols_key", true)
                            : Json.mapper().createObjectNode().put("principal", person));
        } catch (FleetFailure e) {
            throw e.advising(person + " is a member. What is missing is the link: only the owner's device makes one for"
                    + " another person (--identity DIR, or the configuration of the fleet's home)");
        }
    }
}
