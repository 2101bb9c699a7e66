package dev.sallyport.cli.tools;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport tools}: what can be called. */
@Command(
        name = "tools",
        mixinStandardHelpOptions = true,
        description = "See which tools can be called and how, and add tools of your own.",
        subcommands = {
            ListToolsCommand.class,
            GetToolCommand.class,
            AddToolCommand.class,
            AllowToolCommand.class,
            ListVersionsCommand.class,
            ConfirmToolCommand.class,
            RetireToolCommand.class
        })
public final class ToolsCommand extends CommandGroup {}
