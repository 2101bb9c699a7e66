package dev.sallyport.statements.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.DeviceSignature;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A signed answer is this person's, to this question, about this call; anything else ends it. */
class SignedAnswersTest {
    private static final String PERSON = "person:op";

    private final TestAuthority authority = new TestAuthority("fleet-1");
    private final TestCall signers = new TestCall(authority);
    private final StatementVerifier verifier = new StatementVerifier(authority.trust(), Revocations.NONE);

    private SampleCall signed(SamplePasskey passkey, Consumer<SampleTerms> difference) {
        return new SampleCall(signers, terms -> {
            terms.signedBy = passkey;
            difference.accept(terms);
        });
    }

    private SampleCall signed(Consumer<SampleTerms> difference) {
        return signed(SamplePasskey.of(PERSON), difference);
    }

    private void verifies(SampleCall call) throws StatementRefusedException {
        verifier.verify(
                StatementType.APPROVAL_RESOLVED,
                call.record(SampleStep.RESOLVED).encode());
        verifier.verify(
                StatementType.EXECUTION_PERMIT, call.record(SampleStep.PERMIT).encode());
    }

    private void refused(Refusal refusal, String why, SampleCall call) {
        for (SampleStep step : List.of(SampleStep.RESOLVED, SampleStep.PERMIT)) {
            refused(refusal, why, call.record(step));
        }
    }

    private void refused(Refusal refusal, String why, StatementRecord record) {
        assertThatThrownBy(() -> verifier.verify(record))
                .as(why)
                .isInstanceOfSatisfying(StatementRefusedException.class, refused -> {
                    assertThat(refused.refusal()).as(refused.getMessage()).isEqualTo(refusal);
                    assertThat(refused).hasMessageContaining(why);
                });
    }

    @Test
    void anAnswerThatItsPersonSignedVerifiesAndSoDoesThePermitOnIt() throws StatementRefusedException {
        for (String family : List.of("EC", "Ed25519", "RSA")) {
            verifies(signed(SamplePasskey.of(PERSON, SamplePasskey.HOST, family), terms -> {}));
        }
        verifies(signed(terms -> terms.grants(ApprovalScope.SESSION)));
    }

    @Test
    void aSignatureOverAnythingElseIsRefused() throws StatementRefusedException {
        Digest other = Digest.of(new byte[] {7});
        Map<String, UnaryOperator<SignedAnswer>> others = Map.of(
                "another question",
                a -> new SignedAnswer(
                        SampleTerms.freshId(), a.proposal(), a.prompt(), a.answer(), a.scope(), a.further()),
                "another call",
                a -> new SignedAnswer(a.approvalId(), other, a.prompt(), a.answer(), a.scope(), a.further()),
                "another prompt",
                a -> new SignedAnswer(a.approvalId(), a.proposal(), other, a.answer(), a.scope(), a.further()),
                "the other answer",
                a -> new SignedAnswer(a.approvalId(), a.proposal(), a.prompt(), "denied", a.scope(), a.further()),
                "a narrower scope",
                a -> new SignedAnswer(
                        a.approvalId(), a.proposal(), a.prompt(), a.answer(), ApprovalScope.ONCE, a.further()),
                "a shorter grant",
                a -> new SignedAnswer(
                        a.approvalId(),
                        a.proposal(),
                        a.prompt(),
                        a.answer(),
                        a.scope(),
                        new SignedAnswer.Further(Duration.ofMinutes(1), 10, null)),
                "fewer calls",
                a -> new SignedAnswer(
                        a.approvalId(),
                        a.proposal(),
                        a.prompt(),
                        a.answer(),
                        a.scope(),
                        new SignedAnswer.Further(Duration.ofHours(1), 1, null)),
                "arguments that may differ",
                a -> new SignedAnswer(
                        a.approvalId(),
                        a.proposal(),
                        a.prompt(),
                        a.answer(),
                        a.scope(),
                        new SignedAnswer.Further(Duration.ofHours(1), 10, other)));
        others.forEach((what, change) -> refused(Refusal.BAD_SIGNATURE, "something else was signed", signed(terms -> {
            terms.grants(ApprovalScope.SESSION);
            terms.signsInstead = change;
        })));
        verifies(signed(terms -> {
            terms.grants(ApprovalScope.SESSION);
            terms.signsInstead = UnaryOperator.identity();
        }));
    }

    @Test
    void aSignatureThatWasGivenForOneCallCountsForNoOther() throws StatementRefusedException {
        SamplePasskey passkey = SamplePasskey.of(PERSON);
        List<AnswerSignature> seen = new ArrayList<>();
        SampleCall first = signed(
                passkey,
                terms -> terms.statesInstead = signature -> {
                    seen.add(signature);
                    return signature;
                });
        verifies(first);
        refused(
                Refusal.BAD_SIGNATURE,
                "something else was signed",
                signed(passkey, terms -> terms.statesInstead = signature -> seen.getFirst()));
    }

    /** Answers the challenge of the answer as it is, in another way. */
    private SampleCall answering(Way way) {
        SamplePasskey passkey = SamplePasskey.of(PERSON);
        Digest[] challenge = new Digest[1];
        return signed(passkey, terms -> {
            terms.signsInstead = answer -> {
                challenge[0] = answer.challenge();
                return answer;
            };
            terms.statesInstead = signature -> way.answer(passkey, challenge[0]);
        });
    }

    private interface Way {
        AnswerSignature answer(SamplePasskey passkey, Digest challenge);
    }

    private SampleCall onPage(String origin, int flags, String more) {
        return answering((passkey, challenge) -> passkey.answers(challenge, origin, flags, more)
                .asSignature(passkey.key().key(), null));
    }

    @Test
    void aForeignPageSignsNothing() throws StatementRefusedException {
        for (String origin : List.of(
                "https://evil.example",
                "https://approval.example.evil.example",
                "https://sub.approval.example",
                "http://approval.example",
                "https://approval.example/path",
                "https://approval.example@evil.example",
                "https://evil.example#approval.example",
                "android:apk-key-hash:x",
                "null",
                "")) {
            refused(Refusal.BAD_SIGNATURE, "another origin", onPage(origin, SamplePasskey.VERIFIED, ""));
        }
        verifies(onPage("https://approval.example", SamplePasskey.VERIFIED, ""));
        verifies(onPage("https://approval.example:8443", SamplePasskey.VERIFIED, ""));
    }

    @Test
    void aPageInsideOfAnotherOneSignsNothing() throws StatementRefusedException {
        refused(
                Refusal.BAD_SIGNATURE,
                "inside of another",
                onPage(SamplePasskey.ORIGIN, SamplePasskey.VERIFIED, ",\"crossOrigin\":true"));
        refused(
                Refusal.BAD_SIGNATURE,
                "inside of another",
                onPage(
                        SamplePasskey.ORIGIN,
                        SamplePasskey.VERIFIED,
                        ",\"crossOrigin\":false,\"topOrigin\":\"https://evil.example\""));
        verifies(onPage(SamplePasskey.ORIGIN, SamplePasskey.VERIFIED, ",\"crossOrigin\":false"));
    }

    @Test
    void aPasskeyThatDidNotVerifyItsPersonSignsNothing() {
        refused(
                Refusal.BAD_SIGNATURE,
                "did not verify that the person",
                onPage(SamplePasskey.ORIGIN, SamplePasskey.PRESENT, ""));
        refused(Refusal.BAD_SIGNATURE, "did not verify that the person", onPage(SamplePasskey.ORIGIN, 0x04, ""));
    }

    @Test
    void theMakingOfAKeyIsNoAnswerAndHostileClientDataIsRead() {
        refused(
                Refusal.BAD_SIGNATURE,
                "asked for something else",
                answering((passkey, challenge) -> client(
                        passkey,
                        "{\"type\":\"webauthn.create\",\"challenge\":\"%s\",\"origin\":\"https://approval.example\"}"
                                .formatted(
                                        Base64.getUrlEncoder().withoutPadding().encodeToString(challenge.bytes())))));
        for (String hostile :
                List.of("", "[]", "{\"type\":\"webauthn.get\",\"type\":\"webauthn.get\"}", "{\"type\":1}")) {
            assertThatThrownBy(() -> verifier.verify(answering((passkey, challenge) -> client(passkey, hostile))
                            .record(SampleStep.RESOLVED)))
                    .as(hostile)
                    .isInstanceOf(StatementRefusedException.class);
        }
    }

    private static AnswerSignature client(SamplePasskey passkey, String said) {
        return passkey.signs(said.getBytes(StandardCharsets.UTF_8), SamplePasskey.VERIFIED)
                .asSignature(passkey.key().key(), null);
    }

    @Test
    void aKeyForAnotherHostAnotherPersonOrAnotherKeySignsNothing() throws StatementRefusedException {
        refused(
                Refusal.BAD_SIGNATURE,
                "another origin",
                signed(SamplePasskey.of(PERSON, "evil.example", "EC"), terms -> {}));
        refused(Refusal.BAD_SIGNATURE, "another person's", signed(SamplePasskey.of("person:other"), terms -> {}));
        SamplePasskey other = SamplePasskey.of(PERSON);
        refused(
                Refusal.BAD_SIGNATURE,
                "does not verify",
                answering((passkey, challenge) ->
                        other.answers(challenge).asSignature(passkey.key().key(), null)));
        verifies(signed(terms -> {}));
    }

    @Test
    void aKeyThatTwoServicesDoNotVouchForSignsNothing() throws StatementRefusedException {
        SamplePasskey passkey = SamplePasskey.of(PERSON);
        SampleCall call = signed(passkey, terms -> {});
        SignedStatement answer = call.signed(SampleStep.RESOLVED);
        List<SignedStatement> keys = call.givers();
        List<SignedStatement> rest = List.of(call.signed(SampleStep.REQUESTED), call.signed(SampleStep.PROPOSED));

        refused(Refusal.BROKEN_LINK, "is missing", record(answer, rest, List.of()));
        refused(Refusal.BROKEN_LINK, "is missing", record(answer, rest, List.of(keys.getLast())));
        verifier.verify(record(answer, rest, keys));

        // approval-service alone: it may not countersign its own enrolment.
        SignedStatement own =
                passkey.binding(signers, "approval-service", SampleCall.WORKSPACE, call.terms().now, keys.getFirst());
        SampleCall forged = linkingTo(passkey, own);
        refused(
                Refusal.WRONG_ROLE,
                "may not state",
                record(forged.signed(SampleStep.RESOLVED), parts(forged), List.of(keys.getFirst(), own)));
        // The enrolment itself in place of policy-service's word.
        SampleCall alone = linkingTo(passkey, keys.getFirst());
        refused(
                Refusal.BROKEN_LINK,
                "approver-key-bound",
                record(alone.signed(SampleStep.RESOLVED), parts(alone), List.of(keys.getFirst())));
    }

    private static List<SignedStatement> parts(SampleCall call) {
        return List.of(call.signed(SampleStep.REQUESTED), call.signed(SampleStep.PROPOSED));
    }

    private SampleCall linkingTo(SamplePasskey passkey, SignedStatement key) {
        return signed(passkey, terms -> {})
                .editPredicate(
                        SampleStep.RESOLVED,
                        predicate -> ((ObjectNode) predicate.get("links").get(1))
                                .put("digest", key.digest().hex()));
    }

    @Test
    void aKeyOfAnotherWorkspaceSignsNothing() {
        SamplePasskey passkey = SamplePasskey.of(PERSON);
        passkey.statements(signers, SampleTerms.freshId(), signers.now);
        refused(Refusal.BROKEN_LINK, "another workspace", signed(passkey, terms -> {}));
    }

    @Test
    void aSignedAnswerLinksToItsKeyAndNoOtherDoes() {
        SampleCall unlinked = signed(terms -> {})
                .editPredicate(
                        SampleStep.RESOLVED,
                        predicate -> ((tools.jackson.databind.node.ArrayNode) predicate.get("links")).remove(1));
        refused(
                Refusal.BROKEN_LINK,
                "exactly",
                record(unlinked.signed(SampleStep.RESOLVED), parts(unlinked), List.of()));
        SampleCall unsigned = signed(terms -> {})
                .editPredicate(
                        SampleStep.RESOLVED,
                        predicate -> ((ObjectNode) predicate.at("/answers/0")).remove("signature"));
        refused(Refusal.BROKEN_LINK, "exactly", unsigned);
    }

    @Test
    void nobodySignsWhatTheyHavePartlySeen() {
        refused(
                Refusal.BAD_SIGNATURE,
                "partly seen",
                signed(terms -> {})
                        .editPredicate(
                                SampleStep.RESOLVED,
                                predicate -> ((ObjectNode) predicate.at("/answers/0")).put("partly_seen", true)));
    }

    @Test
    void anEnrolmentIsOfAKeyThatAPersonMayHave() {
        SamplePasskey small = SamplePasskey.of(PERSON);
        SampleCall call = signed(small, terms -> {});
        SignedStatement enrolment = call.givers().getFirst();
        byte[] renamed = new String(enrolment.envelope().payload(), StandardCharsets.UTF_8)
                .replace(small.key().key().hex(), "0".repeat(64))
                .getBytes(StandardCharsets.UTF_8);
        refused(
                Refusal.SCHEMA,
                "about the key that it states",
                new StatementRecord(signers.sign("approval-service", renamed), List.of(), List.of()));
    }

    @Test
    void aDeviceSignsWithItsCertificatesKey() throws StatementRefusedException, GeneralSecurityException {
        SpiffeId device = SpiffeId.parse("spiffe://" + TestAuthority.DOMAIN + "/device/laptop");
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        TestAuthority.Holder laptop = authority.forTls(device, yesterday, 30);
        verifies(byDevice(laptop, laptop, answer -> answer));
        refused(
                Refusal.BAD_SIGNATURE,
                "does not verify",
                byDevice(authority.forTls(device, yesterday, 30), laptop, answer -> answer));
        refused(
                Refusal.BAD_SIGNATURE,
                "does not verify",
                byDevice(
                        laptop,
                        laptop,
                        answer -> new SignedAnswer(
                                answer.approvalId(),
                                answer.proposal(),
                                answer.prompt(),
                                "denied",
                                answer.scope(),
                                null)));
        TestAuthority.Holder old = authority.forTls(device, yesterday.minus(Duration.ofDays(9)), 5);
        refused(Refusal.BAD_SIGNATURE, "was not valid at the time", byDevice(old, old, answer -> answer));
        TestAuthority.Holder agent =
                authority.forTls(SpiffeId.parse("spiffe://" + TestAuthority.DOMAIN + "/agent/a"), yesterday, 30);
        refused(Refusal.BAD_SIGNATURE, "no device's", byDevice(agent, agent, answer -> answer));
        TestAuthority elsewhere = new TestAuthority("fleet-1");
        TestAuthority.Holder foreign = elsewhere.forTls(device, yesterday, 30);
        refused(Refusal.UNTRUSTED_SIGNER, "do not chain", byDevice(foreign, foreign, answer -> answer));
    }

    /** The answer of the usual call, signed by one device and shown with the certificate of another. */
    private SampleCall byDevice(
            TestAuthority.Holder signer, TestAuthority.Holder shown, UnaryOperator<SignedAnswer> change) {
        SampleCall call = new SampleCall(signers);
        SignedAnswer answer = change.apply(new SignedAnswer(
                call.terms().approvalId,
                call.subject().digest(),
                call.terms().prompt.digest(),
                "approved",
                ApprovalScope.ONCE,
                null));
        return call.editPredicate(SampleStep.RESOLVED, predicate -> {
            try {
                AnswerSignature signature = DeviceSignature.sign(
                        answer,
                        signer.key().getPrivate(),
                        shown.key().getPublic(),
                        List.of(Base64.getEncoder()
                                .encodeToString(shown.certificate().getEncoded())),
                        null);
                ((ObjectNode) predicate.at("/answers/0"))
                        .set("signature", dev.sallyport.statements.StatementJson.tree(signature));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static StatementRecord record(
            SignedStatement answer, List<SignedStatement> rest, List<SignedStatement> keys) {
        List<SignedStatement> evidence = new ArrayList<>(rest);
        evidence.addAll(keys);
        return new StatementRecord(answer, evidence, List.of());
    }
}
