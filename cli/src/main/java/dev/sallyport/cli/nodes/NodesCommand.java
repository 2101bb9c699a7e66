package dev.sallyport.cli.nodes;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport nodes}: where calls run. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description = "See the nodes that run calls, drain them, and give up one that does not come back.",
        subcommands = {
            ListNodesCommand.class,
            ShowNodeCommand.class,
            DrainNodeCommand.class,
            UndrainNodeCommand.class,
            EvictNodeCommand.class,
            AttackNodeCommand.class
        },
        footer = "A node drains by itself when its process is told to stop (SIGTERM).")
public final class NodesCommand extends CommandGroup {}
