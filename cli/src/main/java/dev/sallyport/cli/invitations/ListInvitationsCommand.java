package dev.sallyport.cli.invitations;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport invitations list}: who was invited, by whom, and what became of it. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List invitations, the newest first.",
        footer = {"  sallyport invitations list"})
final class ListInvitationsCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("invitation_id", "state", "principal", "roles", "proposed_by", "expires_at", "decided_by");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, InvitationsCommand.PATH + page.query()),
                            COLUMNS,
                            "Nobody was invited.");
            return ExitCode.OK;
        }
    }
}
