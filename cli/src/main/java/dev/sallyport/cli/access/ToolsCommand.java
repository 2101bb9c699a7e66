package dev.sallyport.cli.access;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport tools}: what can be called. */
@Command(
        name = "tools",
        mixinStandardHelpOptions = true,
        description = "See which tools can be called and how.",
        subcommands = {ListToolsCommand.class, GetToolCommand.class})
public final class ToolsCommand extends CommandGroup {}
