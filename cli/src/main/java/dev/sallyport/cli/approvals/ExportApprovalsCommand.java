package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.OwnerOnlyFile;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.TlogProof;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport approvals export}: questions and answers, each with what proves that the ledger has it. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Write questions and answers into a new file, the newest first, a JSON object on each line; each"
                + " statement comes with its envelope, its index in the ledger and the proof of it.",
        footer = {
            "  sallyport approvals export --file approvals.ndjson",
            "  sallyport approvals export --from 2026-11-01 --to 2026-11-30 --file november.ndjson"
        })
final class ExportApprovalsCommand extends FleetCommand {
    /** For the service to write all of it. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Option(names = "--from", paramLabel = "TIME", description = "Only from this day (UTC) or time on.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Only until this day, which is included, or this time.")
    private @Nullable String to;

    @Option(names = "--file", required = true, paramLabel = "FILE", description = "The new file to write.")
    private Path file = Path.of("");

    @Override
    protected ExitCode run() {
        Query query = new Query().with("from", from).with("to", to);
        try (FleetClient client = client();
                OwnerOnlyFile output = OwnerOnlyFile.create(file)) {
            List<String> lines = new String(
                            client.bytes(Service.APPROVAL, "/v1/approvals:export" + query, PATIENCE),
                            StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            verifyEnd(lines);
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            int missing = 0;
            for (String line : lines) {
                JsonNode approval = Json.read(line.getBytes(StandardCharsets.UTF_8));
                for (JsonNode statement : approval.path("statements")) {
                    missing += prove(client, (ObjectNode) statement) ? 0 : 1;
                }
                written.writeBytes((approval + "\n").getBytes(StandardCharsets.UTF_8));
            }
            output.write(written.toByteArray());
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("file", file.toString())
                            .put("approvals", lines.size() - 1)
                            .put("not_in_the_ledger_yet", missing));
            return ExitCode.OK;
        } catch (JacksonException | TlogException e) {
            throw FleetFailure.unreadable("the export", e);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure.Usage(file + " exists already; it is not overwritten", e);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Without its last line an export was cut short. */
    private static void verifyEnd(List<String> lines) {
        JsonNode end = lines.isEmpty()
                ? Json.mapper().createObjectNode()
                : Json.read(lines.getLast().getBytes(StandardCharsets.UTF_8));
        if (!end.path("end").asBoolean(false) || end.path("lines").asLong(-1) != lines.size() - 1) {
            throw FleetFailure.unreadable("the export", new IOException("it was cut short"));
        }
    }

    /** Adds what the ledger has of a statement; false, with null in its place, if it has none yet. */
    private static boolean prove(FleetClient client, ObjectNode statement) {
        byte[] proof;
        try {
            proof = client.bytes(Service.ATTESTATION, "/v1/proofs/" + encoded(Json.text(statement, "digest")));
        } catch (FleetFailure e) {
            if (e.exitCode() != ExitCode.NOT_FOUND) {
                throw e;
            }
            statement.putNull("ledger");
            return false;
        }
        long index = TlogProof.parse(proof).index();
        JsonNode entry = client.get(Service.ATTESTATION, "/v1/entries/" + index).path("entry");
        statement
                .putObject("ledger")
                .put("index", index)
                .put("proof", new String(proof, StandardCharsets.UTF_8))
                .put("envelope", Json.text(entry, "envelope"))
                .put("certificates", Json.text(entry, "certificates"));
        return true;
    }
}
