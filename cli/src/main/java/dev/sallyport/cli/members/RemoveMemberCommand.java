package dev.sallyport.cli.members;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport members remove}: shuts somebody out in one act. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description = "Remove a member with its roles, tokens, sessions, devices and open calls.",
        footer = {"  sallyport members remove person:alice --revoke-issued"})
final class RemoveMemberCommand extends FleetCommand {
    @Parameters(
            paramLabel = "PRINCIPAL",
            description = "person:NAME, agent:NAME or service:NAME; NAME alone is a person.")
    private String principal = "";

    @Option(
            names = "--revoke-issued",
            description = "Revoke the tokens that it issued to others, too. Else the answer names those.")
    private boolean issued;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(client.send(
                            Service.POLICY,
                            "DELETE",
                            "/v1/members/" + encoded(Membership.principal(principal)) + "?revoke_issued=" + issued,
                            null));
            return ExitCode.OK;
        }
    }
}
