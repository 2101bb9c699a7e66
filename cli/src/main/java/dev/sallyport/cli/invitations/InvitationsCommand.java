package dev.sallyport.cli.invitations;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport invitations}: people whom two let in together. */
@Command(
        name = "invitations",
        mixinStandardHelpOptions = true,
        description = "Let a person in by two people, without the owner's device.",
        subcommands = {
            ProposeInvitationCommand.class,
            ListInvitationsCommand.class,
            ConfirmInvitationCommand.class,
            WithdrawInvitationCommand.class
        },
        footer = "Who holds the owner's device lets a person in alone: sallyport invite NAME --role ROLE")
public final class InvitationsCommand extends CommandGroup {
    static final String PATH = "/v1/invitations";
}
