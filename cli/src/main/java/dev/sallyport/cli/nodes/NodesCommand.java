package dev.sallyport.cli.nodes;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport nodes}: where calls run. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description = "See the nodes that run calls, and give up one that does not come back.",
        subcommands = {ListNodesCommand.class, ShowNodeCommand.class, EvictNodeCommand.class},
        footer = "A node drains when its process is told to stop (SIGTERM); there is no command for that.")
public final class NodesCommand extends CommandGroup {}
