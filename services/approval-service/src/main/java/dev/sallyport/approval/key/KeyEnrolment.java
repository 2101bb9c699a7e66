package dev.sallyport.approval.key;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.exception.DataConversionException;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.VerificationException;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.approver.PasskeyAssertion;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.JacksonException;

/**
 * Lets a person make a passkey (WebAuthn, section 7.1). No attestation is asked for: which make of authenticator it is does
 * not matter, and what says whose it is is the link that the person came with.
 */
@Service
public class KeyEnrolment {
    private static final int LONGEST_ANSWER = 20_000;
    private static final int LONGEST_NAME = 100;
    private static final int MOST_KEYS = 10;

    private static final List<PublicKeyCredentialParameters> ALGORITHMS = List.of(
            new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.ES256),
            new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.EdDSA),
            new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.RS256));

    private final WebAuthnManager passkeys = WebAuthnManager.createNonStrictWebAuthnManager();
    private final PersonKeys keys;
    private final Challenges challenges;
    private final RelyingParty party;
    private final KeyAudit audit;
    private final SecureRandom random = new SecureRandom();

    KeyEnrolment(PersonKeys keys, Challenges challenges, RelyingParty party, KeyAudit audit) {
        this.keys = keys;
        this.challenges = challenges;
        this.party = party;
        this.audit = audit;
    }

    /**
     * What a browser is asked to make (WebAuthn's PublicKeyCredentialCreationOptionsJSON).
     *
     * @param session the person's session; only it may answer
     */
    public Map<String, Object> options(String workspaceId, String principal, String session) {
        byte[] handle = new byte[32];
        random.nextBytes(handle);
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("rp", Map.of("id", party.id(), "name", "Sallyport"));
        options.put("user", Map.of("id", base64(handle), "name", principal, "displayName", principal));
        options.put("challenge", base64(challenges.issue(purpose(session))));
        options.put(
                "pubKeyCredParams",
                ALGORITHMS.stream()
                        .map(algorithm -> Map.of(
                                "type", "public-key", "alg", algorithm.getAlg().getValue()))
                        .toList());
        options.put("timeout", 120_000);
        options.put(
                "excludeCredentials",
                keys.of(workspaceId, principal).stream()
                        .map(key -> Map.of("type", "public-key", "id", key.credential()))
                        .toList());
        options.put(
                "authenticatorSelection",
                Map.of("residentKey", "required", "requireResidentKey", true, "userVerification", "required"));
        options.put("attestation", "none");
        return options;
    }

    /**
     * Keeps the key that a browser has made, and states it. It signs once policy-service has said so too.
     *
     * @param answer the browser's RegistrationResponseJSON
     * @throws ProblemException 400 when that is not an answer to this session's challenge on a page of ours
     */
    @Transactional
    public PersonKey enrol(String workspaceId, String principal, String session, String answer, String name) {
        if (keys.of(workspaceId, principal).size() >= MOST_KEYS) {
            throw ProblemException.conflict(
                    "TOO_MANY_KEYS",
                    "You have " + MOST_KEYS + " keys. Remove one that you do not use, then make another.");
        }
        AttestedCredentialData made = made(answer, session);
        PublicKey publicKey = Objects.requireNonNull(made.getCOSEKey().getPublicKey());
        ApproverKey key = ApproverKey.of(principal, party.id(), publicKey);
        if (!key.isUsable()) {
            throw refused();
        }
        String called = name.strip();
        PersonKey kept = new PersonKey(
                workspaceId,
                key,
                made.getCredentialId(),
                called.substring(0, Math.min(called.length(), LONGEST_NAME)),
                audit.enrolled(workspaceId, key),
                null,
                Instant.EPOCH,
                null);
        if (!keys.insert(kept)) {
            throw ProblemException.conflict("KEY_KNOWN_ALREADY", "This key was made before. Nothing changed.");
        }
        return kept;
    }

    private AttestedCredentialData made(String answer, String session) {
        if (answer.length() > LONGEST_ANSWER) {
            throw refused();
        }
        try {
            RegistrationData data = passkeys.parseRegistrationResponseJSON(answer);
            var client = Objects.requireNonNull(data.getCollectedClientData());
            byte[] challenge = Objects.requireNonNull(client.getChallenge()).getValue();
            Origin origin = Objects.requireNonNull(client.getOrigin());
            if (!PasskeyAssertion.isOf(party.id(), origin.toString())
                    || Boolean.TRUE.equals(client.getCrossOrigin())
                    || !challenges.take(challenge, purpose(session))) {
                throw refused();
            }
            ServerProperty here = ServerProperty.builder()
                    .origin(origin)
                    .rpId(party.id())
                    .challenge(new DefaultChallenge(challenge))
                    .build();
            RegistrationData verified = passkeys.verify(data, new RegistrationParameters(here, ALGORITHMS, true, true));
            return Objects.requireNonNull(Objects.requireNonNull(verified.getAttestationObject())
                    .getAuthenticatorData()
                    .getAttestedCredentialData());
        } catch (DataConversionException
                | VerificationException
                | JacksonException
                | NullPointerException
                | IllegalArgumentException _) {
            throw refused();
        }
    }

    /**
     * Takes a key away, for good.
     *
     * @throws ProblemException 404 for one that is not there
     */
    @Transactional
    public void remove(String workspaceId, Digest key, String by) {
        PersonKey known = keys.find(workspaceId, key).orElseThrow(KeyEnrolment::unknown);
        if (!keys.remove(workspaceId, key, by)) {
            throw unknown();
        }
        audit.removed(known, by);
    }

    private static ProblemException unknown() {
        return ProblemException.notFound("There is no such key. It may have been removed before.");
    }

    private static String purpose(String session) {
        return "enrol:" + session;
    }

    private static ProblemException refused() {
        return new ProblemException(
                HttpStatus.BAD_REQUEST,
                "KEY_NOT_MADE",
                "The key was not made on this page, or took longer than five minutes. Load the page and try again.");
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
