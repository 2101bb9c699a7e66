package dev.sallyport.cli.ledger;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Lines;
import dev.sallyport.identity.ca.LogKey;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.Fsck;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.VerifierKey;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport ledger fsck}: the whole log, from outside. */
@Command(
        name = "fsck",
        mixinStandardHelpOptions = true,
        description = {
            "Re-read every leaf over HTTP, rebuild the root and compare it with the signed checkpoint.",
            "Believes the log's key only: every leaf and every hash is fetched and computed again."
        },
        footer = {"  sallyport ledger fsck", "  sallyport ledger fsck --log-key 'fleet.example/log+1a2b3c4d+AQ…'"})
final class FsckCommand extends FleetCommand {
    @Option(names = "--log-key", paramLabel = "VKEY", description = "The log's verifier key (repeatable).")
    private List<String> logKeys = List.of();

    @Option(names = "--trust", paramLabel = "FILE", description = "The fleet's trust.json with the log's keys.")
    private @Nullable Path trustFile;

    @Override
    protected ExitCode run() {
        @Nullable TrustRoots trust = trust();
        List<VerifierKey> keys = keys(trust);
        try (FleetClient client = client()) {
            Fsck.Source log = path -> client.bytes(Service.ATTESTATION, "/" + path);
            Fsck fsck = new Fsck(log, keys, trust == null ? null : LogKey.origin(trust.trustDomain()));
            Fsck.Result result = fsck.run((leaves, all) -> results().note(leaves + " of " + all + " leaves"));
            results().object(sound(result), FsckCommand::lines);
            return ExitCode.OK;
        } catch (TlogException e) {
            results().object(unsound(e), FsckCommand::lines);
            return ExitCode.NEGATIVE;
        }
    }

    private static ObjectNode sound(Fsck.Result result) {
        return Json.mapper()
                .createObjectNode()
                .put("sound", true)
                .put("origin", result.checkpoint().origin())
                .put("tree_size", result.checkpoint().size())
                .put("root", result.checkpoint().root().base64())
                .put("bytes_read", result.bytesRead());
    }

    private static ObjectNode unsound(TlogException failure) {
        return Json.mapper().createObjectNode().put("sound", false).put("error", String.valueOf(failure.getMessage()));
    }

    /** The verdict in words, before everything that it rests on. */
    private static String lines(ObjectNode verdict) {
        String words = verdict.path("sound").asBoolean(false)
                ? "SOUND: every leaf leads to the signed root."
                : "NOT SOUND: see the error.";
        return new Lines().object(verdict).gap() + words + "\n";
    }

    private @Nullable TrustRoots trust() {
        Path file = trustFile != null
                ? trustFile
                : logKeys.isEmpty() ? root().configuration().trust() : null;
        try {
            return file == null ? null : TrustRoots.read(file);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new CommandFailure.Usage("cannot read " + file + " as a trust.json", e);
        }
    }

    private List<VerifierKey> keys(@Nullable TrustRoots trust) {
        List<String> texts = new ArrayList<>(logKeys);
        if (texts.isEmpty() && trust != null) {
            texts.addAll(trust.logKeys());
        }
        if (texts.isEmpty()) {
            throw usage("the log needs a key to be checked against: give --log-key VKEY or --trust FILE");
        }
        try {
            return texts.stream().map(VerifierKey::parse).toList();
        } catch (TlogException e) {
            throw usage("not a log key: " + e.getMessage());
        }
    }
}
