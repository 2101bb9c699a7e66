package dev.sallyport.cli.vault;

import picocli.CommandLine.Command;

/** {@code sallyport vault unseal}: needs trust.operate. */
@Command(
        name = "unseal",
        mixinStandardHelpOptions = true,
        description = "Load the vault's keys again.",
        footer = {"  sallyport vault unseal"})
final class UnsealVaultCommand extends VaultActCommand {
    UnsealVaultCommand() {
        super("/v1/vault/unseal");
    }
}
