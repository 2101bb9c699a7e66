package dev.sallyport.cli.vault;

import picocli.CommandLine.Command;

/** {@code sallyport vault rotate}: the older keys still open. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = "Start a new key of the ring; what lies under older ones is moved in the background.",
        footer = {"  sallyport vault rotate"})
final class RotateVaultCommand extends VaultActCommand {
    RotateVaultCommand() {
        super("/v1/vault/rotate");
    }
}
