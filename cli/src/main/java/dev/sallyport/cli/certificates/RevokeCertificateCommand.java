package dev.sallyport.cli.certificates;

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
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport certificates revoke}: a serial number, an id with all its certificates, or a certificate shown. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = "Revoke a certificate, or an id with all its certificates; every service refuses it within 5 s.",
        footer = {
            "  sallyport certificates revoke --serial 4f1c9a --reason 'key copied'",
            "  sallyport certificates revoke --id spiffe://default.sallyport/executor/default/node-1 --reason 'lost'",
            "  sallyport certificates revoke --file stolen.crt --reason 'forged' --from-index 1042",
            "",
            "What its key has signed stays good if it is in the ledger now; with --from-index N, only what is there",
            "below index N. An id that was revoked gets no certificate any more. Uses your client certificate where",
            "you have one."
        })
final class RevokeCertificateCommand extends FleetCommand {
    private static final long LARGEST_FILE_BYTES = 1 << 16;

    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is kept on the ledger.")
    private String reason = "";

    @Option(
            names = "--from-index",
            paramLabel = "N",
            description = "The ledger's index from which its statements no longer count.")
    private @Nullable Long fromIndex;

    /** Exactly one of them. */
    private static final class Which {
        @Option(names = "--serial", paramLabel = "HEX", description = "Serial number of one certificate.")
        private @Nullable String serial;

        @Option(names = "--id", paramLabel = "SPIFFE_ID", description = "An id with all its certificates.")
        private @Nullable String id;

        @Option(names = "--file", paramLabel = "FILE", description = "A certificate in PEM.")
        private @Nullable Path file;
    }

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode();
        if (which.serial != null) {
            body.put("serial", which.serial.toLowerCase(Locale.ROOT));
        }
        if (which.id != null) {
            body.put("spiffe_id", which.id);
        }
        if (which.file != null) {
            body.put("certificate", pem(which.file));
        }
        body.put("reason", reason);
        if (fromIndex != null) {
            body.put("from_index", fromIndex);
        }
        try (FleetClient client = root().certificateClient()) {
            client.send(Service.VAULT, "POST", "/v1/certificates:revoke", body);
            body.remove("certificate");
            results().object(body.put("revoked", true));
            return ExitCode.OK;
        }
    }

    private static String pem(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE_BYTES) {
                throw new CommandFailure.Usage(file + " is larger than any certificate");
            }
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read " + file + " as a certificate in PEM", e);
        }
    }
}
