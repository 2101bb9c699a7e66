package dev.sallyport.cli.vault;

import picocli.CommandLine.Command;

/** {@code sallyport vault unshare}. */
@Command(
        name = "unshare",
        mixinStandardHelpOptions = true,
        description = "Let the vault open without people again, by its key protector alone.",
        footer = {"  sallyport vault unshare"})
final class UnshareVaultCommand extends VaultActCommand {
    UnshareVaultCommand() {
        super("/v1/vault/unshare");
    }
}
