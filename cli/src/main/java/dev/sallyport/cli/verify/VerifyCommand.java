package dev.sallyport.cli.verify;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.cli.verify.bundle.EvidenceRefusedException;
import dev.sallyport.cli.verify.bundle.EvidenceZip;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.VerifierKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport verify}: one call's evidence, checked offline. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Check an evidence bundle offline, claim by claim. Exit code 0: every claim holds; 1: not.",
            "",
            "Without --trust and --log-key the trust.json of the configuration is used. With --log-key alone",
            "the signing CA is taken from the bundle, which the verdict on the trust roots then says."
        },
        footer = {
            "  sallyport verify 01JD0000000000000000000000.sallyport.zip --trust trust.json",
            "  sallyport verify case.sallyport.zip --log-key 'fleet.example/log+1a2b3c4d+AQ…' --output json"
        })
public final class VerifyCommand extends FleetCommand {
    @Parameters(paramLabel = "FILE", description = "The bundle, from `sallyport ledger export`.")
    private Path file = Path.of("");

    @Option(names = "--log-key", paramLabel = "VKEY", description = "The log's verifier key (repeatable).")
    private List<String> logKeys = List.of();

    @Option(names = "--trust", paramLabel = "FILE", description = "The fleet's trust.json, from a source you believe.")
    private @Nullable Path trustFile;

    @Option(names = "--all", description = "List every single verdict, not only what failed.")
    private boolean all;

    @Override
    protected ExitCode run() {
        byte[] archive = readFile();
        List<VerifierKey> keys = keys();
        String proposal = "";
        try {
            Bundle bundle = Bundle.read(archive);
            proposal = bundle.proposalId();
            return print(proposal, new CaseVerifier(trust(bundle, keys)).verify(bundle));
        } catch (EvidenceRefusedException e) {
            Report report = new Report();
            report.fails(Claim.ARCHIVE, "", String.valueOf(e.getMessage()));
            return print(proposal, report);
        }
    }

    private ExitCode print(String proposal, Report report) {
        results()
                .object(
                        VerdictView.json(file.toString(), proposal, report),
                        _ -> VerdictView.text(proposal, report, all));
        return report.proven() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    private byte[] readFile() {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(EvidenceZip.MAX_TOTAL_BYTES + 1);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read " + file, e);
        }
    }

    private List<VerifierKey> keys() {
        try {
            return Trust.keys(logKeys);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage() + " (--log-key; as in trust.json's log_keys)");
        }
    }

    private Trust trust(Bundle bundle, List<VerifierKey> keys) throws EvidenceRefusedException {
        Path pinned = trustFile != null
                ? trustFile
                : keys.isEmpty() ? root().configuration().trust() : null;
        if (pinned != null) {
            try {
                TrustRoots roots = TrustRoots.read(pinned);
                roots.signingRoots();
                return Trust.pinned(roots, keys);
            } catch (UncheckedIOException e) {
                throw new CommandFailure.Usage("cannot read " + pinned, e);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure.Usage(pinned + " is not a trust.json: " + e.getMessage(), e);
            }
        }
        if (keys.isEmpty()) {
            throw usage("the bundle needs something to be checked against: give --trust FILE or --log-key VKEY");
        }
        try {
            TrustRoots roots = TrustRoots.parse(bundle.trust());
            roots.signingRoots();
            return Trust.byLogKeyAlone(roots, keys);
        } catch (IllegalArgumentException e) {
            throw new EvidenceRefusedException("its trust.json is not a trust file");
        }
    }
}
