package dev.sallyport.cli.verify;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Results;
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
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One verification, from the files to the printed verdict: the same for {@code sallyport verify} and for
 * {@code sallyport-verify}, which is carried alone.
 */
public final class Verification {
    private final VerifyOptions options;
    private final @Nullable Path trustFile;

    /**
     * A verification.
     *
     * @param trustFile the trust.json that is pinned; null to believe the log's keys alone
     */
    Verification(VerifyOptions options, @Nullable Path trustFile) {
        this.options = options;
        this.trustFile = trustFile;
    }

    /**
     * A verification by what the options name.
     *
     * @param configured the trust.json that counts where they name nothing; null where there is none
     */
    public static Verification of(VerifyOptions options, Supplier<@Nullable Path> configured) {
        if (options.trust() != null) {
            return new Verification(options, options.trust());
        }
        return new Verification(options, options.logKeys().isEmpty() ? configured.get() : null);
    }

    /** Verifies and prints; {@link CommandFailure.Usage} when there is nothing to verify, or nothing to measure by. */
    ExitCode run(Results results) {
        byte[] archive = readFile();
        List<VerifierKey> keys = keys();
        @Nullable TrustRoots pinned = measure(keys);
        VerdictView view = new VerdictView(options, MeasuredBy.of(trustFile, pinned, keys));
        Report report = new Report();
        try {
            Bundle bundle = Bundle.read(archive);
            view.of(bundle.proposalId());
            report = verified(bundle, pinned, keys);
        } catch (EvidenceRefusedException e) {
            report.endsWith(Claim.ARCHIVE, "", String.valueOf(e.getMessage()));
        }
        Report found = report;
        results.object(view.json(found), _ -> view.text(found));
        return found.proven() ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    /** The bundle, if every claim holds; {@link CommandFailure.Usage} as for {@link #run}. */
    public Optional<Bundle> proven() {
        byte[] archive = readFile();
        List<VerifierKey> keys = keys();
        @Nullable TrustRoots pinned = measure(keys);
        try {
            Bundle bundle = Bundle.read(archive);
            return verified(bundle, pinned, keys).proven() ? Optional.of(bundle) : Optional.empty();
        } catch (EvidenceRefusedException _) {
            return Optional.empty();
        }
    }

    private @Nullable TrustRoots measure(List<VerifierKey> keys) {
        @Nullable TrustRoots pinned = pinned();
        if (pinned == null && keys.isEmpty()) {
            throw new CommandFailure.Usage(
                    "the bundle needs something to be checked against: give --trust FILE or --log-key VKEY");
        }
        return pinned;
    }

    private Report verified(Bundle bundle, @Nullable TrustRoots pinned, List<VerifierKey> keys)
            throws EvidenceRefusedException {
        if (pinned != null && !pinned.fleetId().equals(bundle.fleetId())) {
            Report report = new Report();
            report.endsWith(
                    Claim.FLEET,
                    "",
                    "the bundle is of fleet " + bundle.fleetId() + ", and " + trustFile + " is of fleet "
                            + pinned.fleetId() + ". Measure it by the trust.json of its own fleet");
            return report;
        }
        Trust trust = pinned == null ? bundled(bundle, keys) : Trust.pinned(pinned, keys);
        return new CaseVerifier(trust).verify(bundle);
    }

    private static Trust bundled(Bundle bundle, List<VerifierKey> keys) throws EvidenceRefusedException {
        try {
            TrustRoots roots = TrustRoots.parse(bundle.trust());
            roots.signingRoots();
            return Trust.byLogKeyAlone(roots, keys);
        } catch (IllegalArgumentException e) {
            throw new EvidenceRefusedException("its trust.json is not a trust file");
        }
    }

    private byte[] readFile() {
        try (InputStream in = Files.newInputStream(options.file())) {
            return in.readNBytes(EvidenceZip.MAX_TOTAL_BYTES + 1);
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read " + options.file(), e);
        }
    }

    private List<VerifierKey> keys() {
        try {
            return Trust.keys(options.logKeys());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage(e.getMessage() + " (--log-key; as in trust.json's log_keys)", e);
        }
    }

    private @Nullable TrustRoots pinned() {
        if (trustFile == null) {
            return null;
        }
        try {
            TrustRoots roots = TrustRoots.read(trustFile);
            roots.signingRoots();
            return roots;
        } catch (UncheckedIOException e) {
            throw new CommandFailure.Usage("cannot read " + trustFile, e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage(trustFile + " is not a trust.json: " + e.getMessage(), e);
        }
    }
}
