package dev.sallyport.cli.members;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport members}: who belongs to the workspace. */
@Command(
        name = "members",
        mixinStandardHelpOptions = true,
        description = "See, let in and remove members of the workspace.",
        subcommands = {
            ListMembersCommand.class,
            AddMemberCommand.class,
            SetMemberCommand.class,
            RemoveMemberCommand.class
        },
        footer = "For a member together with a sign-in link: sallyport invite NAME --role ROLE")
public final class MembersCommand extends CommandGroup {}
