package dev.sallyport.cli.ledger;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport ledger}: what happened, provably. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = "Read the ledger, export a call's evidence, rebuild the log from outside.",
        subcommands = {QueryCommand.class, CaseCommand.class, ExportCommand.class, FsckCommand.class})
public final class LedgerCommand extends CommandGroup {}
