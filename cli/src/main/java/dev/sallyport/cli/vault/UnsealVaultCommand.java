package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport vault unseal}: by one owner, or by several people with their shares. */
@Command(
        name = "unseal",
        mixinStandardHelpOptions = true,
        description = "Let the vault load its keys again.",
        footer = {
            "  sallyport vault unseal",
            "  sallyport vault unseal --share share-1.txt",
            "",
            "A vault that people hold in shares opens with the last share that is needed, within ten minutes.",
        })
final class UnsealVaultCommand extends FleetCommand {
    private static final long LONGEST = 1024;

    @Option(names = "--share", paramLabel = "FILE", description = "File with your share, from: sallyport vault share.")
    private @Nullable Path share;

    @Override
    protected ExitCode run() {
        ObjectNode body =
                share == null ? null : Json.mapper().createObjectNode().put("share", read(share));
        try (FleetClient client = client()) {
            results().object(client.send(Service.VAULT, "POST", "/v1/vault/unseal", body));
            return ExitCode.OK;
        }
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new CommandFailure.Usage(file + " is longer than any share");
            }
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the share in " + file + ": " + e.getMessage(), e);
        }
    }
}
