package dev.sallyport.approval.key;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.DeviceSignature;
import dev.sallyport.statements.approver.PasskeyAssertion;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.SigningChain;
import dev.sallyport.statements.verify.StatementVerifier;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Verifies that people signed their answers themselves, before an answer counts. Whoever reads the statement does so again. */
@Component
public class AnswerSignatures {
    /** What approval-resolved/v1 holds of a signature, in characters. */
    private static final int MOST_VALUE = 1_400;

    private static final int MOST_CLIENT_DATA = 3_000;
    private static final int MOST_CERTIFICATES = 4;
    private static final int MOST_CERTIFICATE = 4_096;

    private final PersonKeys keys;
    private final RelyingParty party;
    private final StatementVerifier verifier;
    private final Clock clock;

    AnswerSignatures(PersonKeys keys, RelyingParty party, StatementVerifier verifier, Clock clock) {
        this.keys = keys;
        this.party = party;
        this.verifier = verifier;
        this.clock = clock;
    }

    /**
     * A signature that was verified.
     *
     * @param signature as the statement has it
     * @param binding that its key is the person's; null where a device's certificate says so
     */
    public record Verified(
            AnswerSignature signature, @Nullable StatementRecord binding) {}

    /** Whether this person has a passkey that signs. */
    public boolean canSign(String workspaceId, String principal) {
        return !keys.signing(workspaceId, principal).isEmpty();
    }

    /**
     * Whether nothing but a signature of this person counts: they have a passkey, or had one. Otherwise whoever removes a
     * person's passkeys could answer in their name without any.
     */
    public boolean mustSign(String workspaceId, String principal) {
        return keys.everHad(workspaceId, principal);
    }

    /**
     * What a person's browser is asked to sign (WebAuthn's PublicKeyCredentialRequestOptionsJSON).
     *
     * @param answer what they are about to say
     */
    public Map<String, Object> options(String workspaceId, String principal, SignedAnswer answer) {
        return Map.of(
                "challenge",
                base64(answer.challenge().bytes()),
                "rpId",
                party.id(),
                "allowCredentials",
                keys.signing(workspaceId, principal).stream()
                        .map(key -> Map.of("type", "public-key", "id", key.credential()))
                        .toList(),
                "userVerification",
                "required",
                "timeout",
                120_000);
    }

    /**
     * Verifies a signature.
     *
     * @param device name of the SPIFFE id of the certificate that the person shows; null for any other credential
     * @throws SignatureRefusedException when it is not this person's over this answer
     */
    public Verified verify(
            String workspaceId,
            String principal,
            @Nullable String device,
            SignedAnswer answer,
            SubmittedSignature submitted)
            throws SignatureRefusedException {
        Digest pattern = answer.further() == null ? null : answer.further().pattern();
        return submitted.certificates() == null
                ? byPasskey(workspaceId, principal, answer, submitted, pattern)
                : byDevice(device, answer, submitted, submitted.certificates(), pattern);
    }

    /**
     * The key that answers this challenge, whosever it is; empty when none does. Whether the challenge was given is for the
     * caller to find out.
     *
     * @param challenge base64url
     */
    public Optional<PersonKey> signIn(String challenge, SubmittedSignature submitted) {
        try {
            byte[] given = decoded(challenge);
            PasskeyAssertion assertion = assertion(submitted);
            return keys.byCredential(decoded(submitted.credentialId()))
                    .filter(key -> assertion.contradiction(key.key(), given) == null);
        } catch (SignatureRefusedException _) {
            return Optional.empty();
        }
    }

    private static PasskeyAssertion assertion(SubmittedSignature submitted) throws SignatureRefusedException {
        return new PasskeyAssertion(
                decoded(submitted.authenticatorData()), decoded(submitted.clientData()), decoded(submitted.value()));
    }

    private Verified byPasskey(
            String workspaceId,
            String principal,
            SignedAnswer answer,
            SubmittedSignature submitted,
            @Nullable Digest pattern)
            throws SignatureRefusedException {
        PersonKey key = keys.byCredential(decoded(submitted.credentialId()))
                .filter(found -> found.workspaceId().equals(workspaceId)
                        && found.key().principal().equals(principal))
                .orElseThrow(() -> new SignatureRefusedException("the key that signed is not yours, or was removed"));
        PasskeyAssertion assertion = assertion(submitted);
        String contradiction =
                assertion.contradiction(key.key(), answer.challenge().bytes());
        if (contradiction != null) {
            throw new SignatureRefusedException(contradiction);
        }
        return new Verified(statable(assertion.asSignature(key.key().key(), pattern)), key.binding());
    }

    private Verified byDevice(
            @Nullable String device,
            SignedAnswer answer,
            SubmittedSignature submitted,
            List<String> certificates,
            @Nullable Digest pattern)
            throws SignatureRefusedException {
        SigningChain chain;
        try {
            chain = verifier.deviceChain(certificates);
        } catch (StatementRefusedException _) {
            throw new SignatureRefusedException("the device's certificate does not chain to the fleet's root");
        }
        if (!chain.id().toString().equals(device) || !chain.validAt(clock.instant())) {
            throw new SignatureRefusedException("it is not by the device that sends it");
        }
        AnswerSignature signature = new AnswerSignature(
                Digest.of(chain.key().getEncoded()),
                base64(decoded(submitted.value())),
                null,
                null,
                certificates,
                pattern);
        if (!DeviceSignature.verifies(signature, answer, chain.key())) {
            throw new SignatureRefusedException("the signature does not verify");
        }
        return new Verified(statable(signature), null);
    }

    /** Refuses what no statement can hold: the statement may be made much later, upon another person's answer. */
    private static AnswerSignature statable(AnswerSignature signature) throws SignatureRefusedException {
        List<String> certificates = signature.certificates() == null ? List.of() : signature.certificates();
        if (isTooLong(signature.value(), MOST_VALUE)
                || isTooLong(signature.authenticatorData(), MOST_VALUE)
                || isTooLong(signature.clientData(), MOST_CLIENT_DATA)
                || certificates.size() > MOST_CERTIFICATES
                || certificates.stream().anyMatch(certificate -> isTooLong(certificate, MOST_CERTIFICATE))) {
            throw new SignatureRefusedException("it is longer than a statement can hold");
        }
        return signature;
    }

    private static boolean isTooLong(@Nullable String text, int most) {
        return text != null && text.length() > most;
    }

    private static byte[] decoded(@Nullable String base64) throws SignatureRefusedException {
        try {
            return Base64.getUrlDecoder().decode(base64 == null ? "" : base64);
        } catch (IllegalArgumentException _) {
            throw new SignatureRefusedException("it is not base64url");
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
