package dev.sallyport.cli.config;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport config}: what the workspace opens to its callers. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Read and change what the workspace opens.",
        subcommands = {
            GetConfigCommand.class,
            ShowConfigCommand.class,
            EditConfigCommand.class,
            SetConfigCommand.class,
            DiffConfigCommand.class,
            ConfigHistoryCommand.class,
            RollBackConfigCommand.class,
            ListChangesCommand.class,
            ConfirmChangeCommand.class,
            WithdrawChangeCommand.class
        },
        footer = {
            "A change that opens something waits for a second person where there is one who may confirm it; a change",
            "that only closes is in force at once."
        })
public final class ConfigCommand extends CommandGroup {}
