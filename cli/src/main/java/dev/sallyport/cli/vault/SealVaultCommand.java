package dev.sallyport.cli.vault;

import picocli.CommandLine.Command;

/** {@code sallyport vault seal}: also with the owner's device alone. */
@Command(
        name = "seal",
        mixinStandardHelpOptions = true,
        description = "Take every key out of the vault's memory; nothing is redeemed until it is unsealed.",
        footer = {"  sallyport vault seal"})
final class SealVaultCommand extends VaultActCommand {
    SealVaultCommand() {
        super("/v1/vault/seal");
    }
}
