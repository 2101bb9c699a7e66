package dev.sallyport.cli.access;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport tokens}: API tokens of agents, people and services. */
@Command(
        name = "tokens",
        mixinStandardHelpOptions = true,
        description = "Issue, list, replace and revoke API tokens.",
        subcommands = {
            CreateTokenCommand.class,
            ListTokensCommand.class,
            RotateTokenCommand.class,
            RevokeTokenCommand.class
        })
public final class TokensCommand extends CommandGroup {}
