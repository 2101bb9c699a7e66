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
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.TlogProof;
import dev.sallyport.tlog.VerifierKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
                + " statement comes with its envelope, its index in the ledger and the proof of it, which is checked. That"
                + " none is left out is approval-service's word.",
        footer = {
            "  sallyport approvals export --file approvals.ndjson",
            "  sallyport approvals export --from 2026-11-01 --to 2026-11-30 --file november.ndjson"
        })
final class ExportApprovalsCommand extends FleetCommand {
    /** States that approval-service has stated the answer for. */
    private static final Set<String> ANSWERED = Set.of("approved", "denied", "timed_out");

    /** For the service to write all of it. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Option(names = "--from", paramLabel = "TIME", description = "Only from this day (UTC) or time on.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Only until this day, which is included, or this time.")
    private @Nullable String to;

    @Option(names = "--file", required = true, paramLabel = "FILE", description = "The new file to write.")
    private Path file = Path.of("");

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "The fleet's trust.json, whose log keys the proofs are checked with. Default: the configured"
                    + " one.")
    private @Nullable Path trustFile;

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
            List<VerifierKey> keys = lines.size() == 1 ? List.of() : logKeys();
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            int missing = 0;
            int unanswered = 0;
            for (String line : lines) {
                JsonNode approval = Json.read(line.getBytes(StandardCharsets.UTF_8));
                for (JsonNode statement : approval.path("statements")) {
                    missing += prove(client, (ObjectNode) statement, keys) ? 0 : 1;
                }
                unanswered += lacksItsAnswer(approval) ? 1 : 0;
                written.writeBytes((approval + "\n").getBytes(StandardCharsets.UTF_8));
            }
            output.write(written.toByteArray());
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("file", file.toString())
                            .put("approvals", lines.size() - 1)
                            .put("not_in_the_ledger_yet", missing)
                            .put("ended_without_a_stated_answer", unanswered));
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

    private List<VerifierKey> logKeys() {
        Path trust = trustFile == null ? root().configuration().trust() : trustFile;
        if (trust == null) {
            throw new CommandFailure.Usage("the proofs need the log's key to be checked with: give --trust FILE");
        }
        try {
            return TrustRoots.read(trust).logKeys().stream()
                    .map(VerifierKey::parse)
                    .toList();
        } catch (UncheckedIOException | IllegalArgumentException | TlogException e) {
            throw new CommandFailure.Usage("cannot read " + trust + " as a trust.json", e);
        }
    }

    /** Whether a question was answered, or timed out, and no statement says so. What was withdrawn has none. */
    private static boolean lacksItsAnswer(JsonNode line) {
        return ANSWERED.contains(line.at("/approval/state").asString(""))
                && line.path("statements")
                        .valueStream()
                        .noneMatch(
                                statement -> statement.path("type").asString("").startsWith("approval-resolved"));
    }

    /**
     * Adds what the ledger has of a statement; false, with null in its place, if it has none yet.
     *
     * @throws TlogException when the ledger's proof does not hold, or is of another statement
     */
    private static boolean prove(FleetClient client, ObjectNode statement, List<VerifierKey> keys) {
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
        TlogProof parsed = TlogProof.parse(proof);
        long index = parsed.index();
        JsonNode entry = client.get(Service.ATTESTATION, "/v1/entries/" + index).path("entry");
        verify(
                parsed,
                Json.text(entry, "envelope").getBytes(StandardCharsets.UTF_8),
                Json.text(statement, "digest"),
                keys);
        statement
                .putObject("ledger")
                .put("index", index)
                .put("proof", new String(proof, StandardCharsets.UTF_8))
                .put("envelope", Json.text(entry, "envelope"))
                .put("certificates", Json.text(entry, "certificates"));
        return true;
    }

    private static void verify(TlogProof proof, byte[] envelope, String digest, List<VerifierKey> keys) {
        proof.verify(envelope, keys);
        try {
            if (!Envelope.decode(envelope).digest().hex().equals(digest)) {
                throw FleetFailure.unreadable(
                        "the ledger's proof", new IOException("it is of another statement than " + digest));
            }
        } catch (EnvelopeRefusedException e) {
            throw FleetFailure.unreadable("the ledger's entry", new IOException("it is no envelope", e));
        }
    }
}
