package dev.sallyport.cli.members;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport members add}: lets in somebody who is no member yet. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description = "Let somebody in who is no member yet.",
        footer = {
            "  sallyport members add alice --role operator",
            "  sallyport members add service:nightly --role auditor",
            "",
            "A person signs in with a link: sallyport invite alice",
        })
final class AddMemberCommand extends FleetCommand {
    @Parameters(paramLabel = "PRINCIPAL", description = "person:NAME or service:NAME; NAME alone is a person.")
    private String name = "";

    @Option(
            names = "--role",
            required = true,
            paramLabel = "ROLE",
            description = "owner, admin, operator, auditor or agent (repeatable).")
    private List<String> roles = List.of();

    @Override
    protected ExitCode run() {
        String principal = Membership.principal(name);
        try (FleetClient client = client()) {
            JsonNode member = Membership.find(client, principal);
            if (member != null) {
                throw new CommandFailure.Conflict(principal + " is a member already, as "
                        + String.join(", ", Membership.roles(member))
                        + ". For other roles: sallyport members set " + principal + " --role ROLE");
            }
            results().object(Membership.put(client, principal, roles));
            return ExitCode.OK;
        }
    }
}
