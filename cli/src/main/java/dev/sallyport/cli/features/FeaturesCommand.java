package dev.sallyport.cli.features;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport features}: the surfaces that a workspace opens. */
@Command(
        name = "features",
        mixinStandardHelpOptions = true,
        description = "See, switch on and switch off what a workspace leaves shut until it is wanted.",
        subcommands = {ListFeaturesCommand.class, EnableFeatureCommand.class, DisableFeatureCommand.class},
        footer = "Features are a field of the configuration: sallyport config show")
public final class FeaturesCommand extends CommandGroup {}
