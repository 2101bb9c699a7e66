package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.OwnerOnlyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport vault share}: from now on people open the vault. */
@Command(
        name = "share",
        mixinStandardHelpOptions = true,
        description = "Make shares, a file for each person, without which the vault opens no more after a restart.",
        footer = {
            "  sallyport vault share --people 3 --threshold 2 shares",
            "",
            "Give each person one file of the folder, and keep none. Shares made earlier open nothing any more.",
            "Keep in mind that every restart then waits for people. Undone by: sallyport vault unshare.",
        })
final class ShareVaultCommand extends FleetCommand {
    @Option(names = "--people", required = true, paramLabel = "N", description = "How many people get a share.")
    private int people;

    @Option(names = "--threshold", required = true, paramLabel = "N", description = "How many of them open the vault.")
    private int threshold;

    @Parameters(paramLabel = "DIR", description = "A new folder for the files.")
    private Path directory = Path.of("");

    @Override
    protected ExitCode run() {
        // The folder first: shares that cannot be kept must not be made.
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot make the new folder " + directory + ": " + e.getMessage(), e);
        }
        ObjectNode body = Json.mapper().createObjectNode();
        body.put("people", people).put("threshold", threshold);
        try (FleetClient client = client()) {
            JsonNode answer = client.send(Service.VAULT, "POST", "/v1/vault/share", body);
            ArrayNode files = Json.mapper().createArrayNode();
            List<String> kept = keep(answer.path("shares"));
            kept.forEach(files::add);
            // What is sent back is what the files say: the vault counts on them from now on.
            ArrayNode shares = Json.mapper().createArrayNode();
            kept.stream().limit(threshold).map(ShareVaultCommand::read).forEach(shares::add);
            client.send(
                    Service.VAULT,
                    "POST",
                    "/v1/vault/share:confirm",
                    Json.mapper().createObjectNode().set("shares", shares));
            ObjectNode shown = Json.mapper().createObjectNode();
            shown.put("threshold", threshold).set("files", files);
            results().object(shown);
            return ExitCode.OK;
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new CommandFailure.Usage(
                    "cannot read " + file + " again: " + e.getMessage() + ". The vault opens as before", e);
        }
    }

    private List<String> keep(JsonNode shares) {
        List<String> files = new ArrayList<>();
        for (JsonNode share : shares) {
            Path file = directory.resolve("share-" + (files.size() + 1) + ".txt");
            try (OwnerOnlyFile kept = OwnerOnlyFile.create(file)) {
                kept.write((share.asString() + "\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new CommandFailure.Usage(
                        "cannot write " + file + ": " + e.getMessage()
                                + ". The vault opens as before; make shares again, elsewhere",
                        e);
            }
            files.add(file.toString());
        }
        return files;
    }
}
