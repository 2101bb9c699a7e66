package dev.sallyport.cli.workspaces;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport workspaces}: the tenants of the fleet. */
@Command(
        name = "workspaces",
        mixinStandardHelpOptions = true,
        description = "See, make, rename and close workspaces: the borders between tenants of one fleet.",
        subcommands = {
            ListWorkspacesCommand.class,
            CreateWorkspaceCommand.class,
            RenameWorkspaceCommand.class,
            CloseWorkspaceCommand.class
        })
public final class WorkspacesCommand extends CommandGroup {}
