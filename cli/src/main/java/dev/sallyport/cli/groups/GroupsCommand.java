package dev.sallyport.cli.groups;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport groups}: the people whom rules ask. */
@Command(
        name = "groups",
        mixinStandardHelpOptions = true,
        description = "See and change the groups whose members alone answer what a rule asks.",
        subcommands = {ListGroupsCommand.class, SetGroupCommand.class},
        footer = "A rule names its group: @approver_group(\"security\")")
public final class GroupsCommand extends CommandGroup {}
