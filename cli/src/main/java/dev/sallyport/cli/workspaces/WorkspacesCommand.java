package dev.sallyport.cli.workspaces;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport workspaces}: the tenants of the fleet. */
@Command(
        name = "workspaces",
        mixinStandardHelpOptions = true,
        description = "See and make workspaces: the borders between tenants of one fleet.",
        subcommands = {ListWorkspacesCommand.class, CreateWorkspaceCommand.class})
public final class WorkspacesCommand extends CommandGroup {}
