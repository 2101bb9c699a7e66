package dev.sallyport.statements.sample;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.approver.PasskeyAssertion;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A passkey in software: what an authenticator and a browser would say together. */
public final class SamplePasskey {
    public static final String HOST = "approval.example";
    public static final String ORIGIN = "https://" + HOST;
    /** The person is present and verified. */
    public static final int VERIFIED = 0x05;

    /** The person is present. */
    public static final int PRESENT = 0x01;

    private final KeyPair pair;
    private final String algorithm;
    private final ApproverKey key;
    private @Nullable SignedStatement enrolled;
    private @Nullable SignedStatement bound;

    private SamplePasskey(KeyPair pair, String algorithm, String principal, String host) {
        this.pair = pair;
        this.algorithm = algorithm;
        key = ApproverKey.of(principal, host, pair.getPublic());
    }

    /** One of this person, for {@link #HOST}, on P-256. */
    public static SamplePasskey of(String principal) {
        return of(principal, HOST, "EC");
    }

    /**
     * One for another host name, or of another kind.
     *
     * @param family the JDK's name of the kind of key: {@code EC}, {@code Ed25519}, {@code RSA}
     */
    public static SamplePasskey of(String principal, String host, String family) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
            if (family.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            String algorithm = switch (family) {
                case "EC" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default -> family;
            };
            return new SamplePasskey(generator.generateKeyPair(), algorithm, principal, host);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As its enrolment states it. */
    public ApproverKey key() {
        return key;
    }

    /** What it answers on the page that it was made for. */
    public PasskeyAssertion answers(Digest challenge) {
        return answers(challenge, ORIGIN, VERIFIED, "");
    }

    /**
     * What it answers to a page.
     *
     * @param flags what the authenticator says of the person
     * @param more further members of what the browser says, beginning with a comma
     */
    public PasskeyAssertion answers(Digest challenge, String origin, int flags, String more) {
        String client = "{\"type\":\"webauthn.get\",\"challenge\":\""
                + Base64.getUrlEncoder().withoutPadding().encodeToString(challenge.bytes()) + "\",\"origin\":\""
                + origin
                + "\"" + more + "}";
        return signs(client.getBytes(StandardCharsets.UTF_8), flags);
    }

    /** A signature over whatever the browser says. */
    public PasskeyAssertion signs(byte[] client, int flags) {
        byte[] about = Arrays.copyOf(
                Digest.of(key.rpId().getBytes(StandardCharsets.UTF_8)).bytes(), 37);
        about[32] = (byte) flags;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(pair.getPrivate());
            signature.update(about);
            signature.update(Digest.of(client).bytes());
            return new PasskeyAssertion(about, client, signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The enrolment and the binding, as the two services state them; the same ones at each call. */
    public List<SignedStatement> statements(SampleSigners signers, String workspaceId, Instant at) {
        SignedStatement first = enrolled;
        SignedStatement second = bound;
        if (first == null || second == null) {
            first = signers.sign(
                    "approval-service",
                    Statement.of(
                                    ApproverKey.subject(workspaceId, key.key()),
                                    new Audit(
                                            new Issuance(
                                                    signers.fleetId(),
                                                    workspaceId,
                                                    signers.id("approval-service"),
                                                    at,
                                                    null),
                                            List.of(),
                                            AuditEvent.APPROVER_KEY_ENROLLED,
                                            key.principal(),
                                            null,
                                            null,
                                            List.of(),
                                            Map.of(),
                                            key))
                            .payload());
            second = binding(signers, "policy-service", workspaceId, at, first);
            enrolled = first;
            bound = second;
        }
        return List.of(first, second);
    }

    /** What one service states about an enrolment, whether it may or not. */
    public SignedStatement binding(
            SampleSigners signers, String by, String workspaceId, Instant at, SignedStatement enrolment) {
        return binding(signers, by, key, workspaceId, at, enrolment);
    }

    /** The same about any key. */
    public static SignedStatement binding(
            SampleSigners signers,
            String by,
            ApproverKey key,
            String workspaceId,
            Instant at,
            SignedStatement enrolment) {
        return signers.sign(
                by,
                Statement.of(
                                ApproverKey.subject(workspaceId, key.key()),
                                Audit.of(
                                        new Issuance(signers.fleetId(), workspaceId, signers.id(by), at, null),
                                        AuditEvent.APPROVER_KEY_BOUND,
                                        key.principal(),
                                        List.of(Link.to(StatementType.AUDIT, enrolment.digest())),
                                        Map.of()))
                        .payload());
    }
}
