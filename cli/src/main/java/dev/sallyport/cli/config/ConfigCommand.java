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
            SetConfigCommand.class,
            ListChangesCommand.class,
            ShowChangeCommand.class,
            ConfirmChangeCommand.class,
            WithdrawChangeCommand.class
        })
public final class ConfigCommand extends CommandGroup {}
