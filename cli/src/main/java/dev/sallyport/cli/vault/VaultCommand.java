package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.CommandGroup;
import picocli.CommandLine.Command;

/** {@code sallyport vault}: secrets from the outside. */
@Command(
        name = "vault",
        mixinStandardHelpOptions = true,
        description = "Put secrets in; see their metadata; nothing shows a value again.",
        subcommands = {
            PutSecretCommand.class,
            ListSecretsCommand.class,
            SecretVersionsCommand.class,
            SecretUsesCommand.class,
            DeleteSecretCommand.class,
            VaultStatusCommand.class,
            VerifyVaultCommand.class,
            SealVaultCommand.class,
            UnsealVaultCommand.class,
            ShareVaultCommand.class,
            UnshareVaultCommand.class,
            RotateVaultCommand.class
        })
public final class VaultCommand extends CommandGroup {}
