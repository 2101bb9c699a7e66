package dev.sallyport.cli.verify;

import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.TlogProof;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is checked about each statement by itself. */
final class StatementCheck {
    private static final int MOST_CERTIFICATES = 4;

    /** In the order of the verifier's checks, so that what comes before a failed one is known to hold. */
    private static final List<Claim> ORDER =
            List.of(Claim.SIGNER, Claim.SIGNATURE, Claim.FORM, Claim.FLEET, Claim.ROLE, Claim.VALIDITY, Claim.SUBJECT);

    private final Report report;
    private final Trust trust;
    private final @Nullable Checkpoint checkpoint;
    private final byte[] checkpointBytes;
    private final StatementVerifier verifier;

    StatementCheck(Report report, Trust trust, @Nullable Checkpoint checkpoint, byte[] checkpointBytes) {
        this.report = report;
        this.trust = trust;
        this.checkpoint = checkpoint;
        this.checkpointBytes = checkpointBytes;
        // Offline there is no denylist: a key revoked later still proves what the log had before.
        this.verifier = new StatementVerifier(trust.roots(), Revocations.NONE);
    }

    /** The statement, if each check of it holds; null otherwise. */
    @Nullable
    VerifiedStatement check(Bundle.Leaf leaf) {
        String about = leaf.index() + " " + shortName(leaf.predicateType());
        boolean included = inclusion(leaf, about);
        Envelope envelope;
        try {
            envelope = Envelope.decode(leaf.envelope());
            report.holds(Claim.ENCODING, about);
        } catch (EnvelopeRefusedException e) {
            report.fails(Claim.ENCODING, about, String.valueOf(e.getMessage()));
            uncheckedFrom(0, about);
            return null;
        }
        boolean listed = report.check(
                Claim.LISTING,
                about,
                envelope.digest().equals(leaf.digest()),
                "its digest is " + envelope.digest() + ", not " + leaf.digest());
        @Nullable VerifiedStatement verified = verify(leaf, envelope, about);
        if (verified == null) {
            return null;
        }
        listed &= report.check(
                Claim.LISTING,
                about,
                verified.statement().type().uri().equals(leaf.predicateType()),
                "it is a " + verified.statement().type().uri());
        return listed && included ? verified : null;
    }

    private @Nullable VerifiedStatement verify(Bundle.Leaf leaf, Envelope envelope, String about) {
        try {
            VerifiedStatement verified =
                    verifier.verify(new SignedStatement(envelope, certificates(leaf.certificates())));
            ORDER.forEach(claim -> report.holds(claim, about));
            return verified;
        } catch (StatementRefusedException e) {
            Claim failed = claimOf(e.refusal(), leaf.predicateType());
            int position = ORDER.indexOf(failed);
            int reached = position < 0 ? ORDER.size() - 1 : position;
            ORDER.subList(0, reached).forEach(claim -> report.holds(claim, about));
            report.fails(failed, about, String.valueOf(e.getMessage()));
            uncheckedFrom(position < 0 ? reached : reached + 1, about);
            return null;
        }
    }

    private void uncheckedFrom(int position, String about) {
        ORDER.subList(position, ORDER.size())
                .forEach(claim -> report.unchecked(claim, about, "an earlier check of it failed"));
    }

    private boolean inclusion(Bundle.Leaf leaf, String about) {
        if (checkpoint == null) {
            report.unchecked(Claim.INCLUSION, about, "there is no checkpoint to prove it by");
            return false;
        }
        try {
            TlogProof proof = TlogProof.parse(leaf.proof());
            if (proof.index() != leaf.index() || !Arrays.equals(proof.checkpoint(), checkpointBytes)) {
                report.fails(Claim.INCLUSION, about, "its proof is for another index or checkpoint");
                return false;
            }
            if (!Arrays.equals(proof.encode(), leaf.proof())) {
                report.fails(Claim.INCLUSION, about, "its proof holds more than a proof");
                return false;
            }
            proof.verify(leaf.envelope(), trust.logKeys());
            report.holds(Claim.INCLUSION, about);
            return true;
        } catch (TlogException e) {
            report.fails(Claim.INCLUSION, about, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static List<String> certificates(byte[] pem) throws StatementRefusedException {
        try {
            List<X509Certificate> chain = Pem.certificates(pem);
            if (chain.size() > MOST_CERTIFICATES) {
                throw new StatementRefusedException(Refusal.UNTRUSTED_SIGNER, "its certificate chain is too long");
            }
            if (!Arrays.equals(Pem.ofCertificates(chain), pem)) {
                throw new StatementRefusedException(
                        Refusal.UNTRUSTED_SIGNER, "its certificate file holds more than certificates");
            }
            List<String> encoded = new ArrayList<>();
            for (X509Certificate certificate : chain) {
                encoded.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
            return encoded;
        } catch (IdentityException | CertificateEncodingException e) {
            throw new StatementRefusedException(Refusal.UNTRUSTED_SIGNER, "its certificates are not readable");
        }
    }

    private static Claim claimOf(Refusal refusal, String predicateType) {
        return switch (refusal) {
            case TOO_LARGE, MALFORMED, WRONG_TYPE, SCHEMA -> Claim.FORM;
            case UNTRUSTED_SIGNER, REVOKED -> Claim.SIGNER;
            case CERTIFICATE_NOT_VALID, TOO_OLD -> Claim.VALIDITY;
            case BAD_SIGNATURE -> Claim.SIGNATURE;
            case WRONG_ROLE -> Claim.ROLE;
            case FOREIGN_FLEET -> Claim.FLEET;
            // The rule broken is about the subject in the first statement, about links in all that follow.
            case BROKEN_LINK -> predicateType.equals(StatementType.TOOL_PROPOSED.uri()) ? Claim.SUBJECT : Claim.LINKS;
            case BAD_DETAIL -> Claim.DETAILS;
        };
    }

    private static String shortName(String predicateType) {
        return StatementType.ofUri(predicateType).map(StatementType::shortName).orElse("unknown");
    }
}
