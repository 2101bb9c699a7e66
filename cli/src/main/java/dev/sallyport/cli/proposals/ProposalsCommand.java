package dev.sallyport.cli.proposals;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport proposals}: propose tool calls and follow them. */
@Command(
        name = "proposals",
        mixinStandardHelpOptions = true,
        description = "Propose tool calls and follow them to their end.",
        subcommands = {
            SubmitCommand.class,
            GetProposalCommand.class,
            ListProposalsCommand.class,
            CancelProposalCommand.class,
            WatchProposalCommand.class,
            ExplainProposalCommand.class,
            EraseProposalsCommand.class
        })
public final class ProposalsCommand extends CommandGroup {}
