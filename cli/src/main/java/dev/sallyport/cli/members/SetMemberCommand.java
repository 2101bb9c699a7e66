package dev.sallyport.cli.members;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport members set}: lets somebody in, or gives other roles. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description = "Make a principal a member with exactly these roles.",
        footer = {"  sallyport members set person:alice --role operator"})
final class SetMemberCommand extends FleetCommand {
    @Parameters(
            paramLabel = "PRINCIPAL",
            description = "person:NAME, agent:NAME or service:NAME; NAME alone is a person.")
    private String principal = "";

    @Option(
            names = "--role",
            required = true,
            paramLabel = "ROLE",
            description = "owner, admin, operator, auditor or agent (repeatable).")
    private List<String> roles = List.of();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(Membership.put(client, Membership.principal(principal), roles));
            return ExitCode.OK;
        }
    }
}
