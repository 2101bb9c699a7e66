package dev.sallyport.statements.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class StatementVerifierTest {
    private final TestAuthority authority = new TestAuthority("fleet-1");
    private final TestCall call = new TestCall(authority);
    private final StatementVerifier verifier = new StatementVerifier(authority.trust(), Revocations.NONE);

    /** What the JDK's parser throws at it is not declared; a consumer would try such a record for ever. */
    @Test
    void aCertificateWithAKeyOfNoBytesIsRefused() {
        byte[] der = Base64.getDecoder().decode(call.permit.certificates().getFirst());
        int key = new String(der, StandardCharsets.ISO_8859_1).indexOf("+ep\u0003!");
        assertThat(key).isPositive();
        der[key + 4] = 1;
        List<String> certificates = new ArrayList<>(call.permit.certificates());
        certificates.set(0, Base64.getEncoder().encodeToString(der));
        refused(Refusal.UNTRUSTED_SIGNER, permitRecord(new SignedStatement(call.permit.envelope(), certificates)));
    }

    @Test
    void theSameCertificateInOtherBytesIsRefused() throws StatementRefusedException {
        TestCall even = call;
        byte[] der = Base64.getDecoder().decode(even.permit.certificates().getFirst());
        while ((der[der.length - 1] & 1) != 0) {
            // Only where the signature's last bit is 0 it can be called unused.
            even = new TestCall(authority);
            der = Base64.getDecoder().decode(even.permit.certificates().getFirst());
        }
        assertThat(verifier.verify(even.permit).digest()).isEqualTo(even.permit.digest());
        int unusedBits = der.length - 64 - 1;
        assertThat(der[unusedBits]).isZero();
        der[unusedBits] = 1;
        List<String> certificates = List.of(Base64.getEncoder().encodeToString(der));
        refused(Refusal.UNTRUSTED_SIGNER, permitRecord(new SignedStatement(even.permit.envelope(), certificates)));
    }

    @Test
    void everyStatementOfACallVerifiesFromTheBytesOnTheWire() throws StatementRefusedException {
        VerifiedRecord executed = verifier.verify(
                StatementType.TOOL_EXECUTED, call.executedRecord().encode());
        assertThat(executed.predicate(ToolExecuted.class).code()).isEqualTo("OK");
        assertThat(executed.linked(ExecutionPermit.class)).isPresent();
        assertThat(executed.evidence(ToolProposed.class)).hasSize(1);
        assertThat(executed.detail(call.output.ref())).hasValue("hello\n".getBytes(StandardCharsets.UTF_8));
        assertThatCode(() -> verifier.verify(
                        StatementType.EXECUTION_PERMIT, call.permitRecord().encode()))
                .doesNotThrowAnyException();
        assertThatCode(() -> verifier.verify(
                        StatementType.AUDIT,
                        new StatementRecord(
                                        call.ended,
                                        List.of(
                                                call.executed,
                                                call.started,
                                                call.permit,
                                                call.resolved,
                                                call.requested,
                                                call.proposed),
                                        List.of())
                                .encode()))
                .doesNotThrowAnyException();
    }

    @Test
    void aStatementVerifiedBeforeIsRefusedOnceItsSignerIsRevokedOrItsBytesDiffer() throws StatementRefusedException {
        AtomicBoolean revoked = new AtomicBoolean();
        StatementVerifier remembering = new StatementVerifier(
                authority.trust(), chain -> revoked.get() ? OptionalLong.of(0) : OptionalLong.empty());
        VerifiedStatement first = remembering.verify(call.permit);
        assertThat(remembering.verify(call.permit)).isSameAs(first);

        byte[] signature = call.permit.envelope().signature();
        signature[5] ^= 1;
        SignedStatement forged = new SignedStatement(
                new Envelope(
                        call.permit.envelope().payload(), call.permit.envelope().keyId(), signature),
                call.permit.certificates());
        assertThatThrownBy(() -> remembering.verify(forged))
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.BAD_SIGNATURE));
        SignedStatement underAnother = new SignedStatement(call.permit.envelope(), call.resolved.certificates());
        assertThatThrownBy(() -> remembering.verify(underAnother)).isInstanceOf(StatementRefusedException.class);

        revoked.set(true);
        assertThatThrownBy(() -> remembering.verify(call.permit))
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.REVOKED));
    }

    @Test
    void noMoreThanTheLatestStatementsAreRemembered() throws StatementRefusedException {
        RecentStatements two = new RecentStatements(2);
        for (SignedStatement signed : List.of(call.proposed, call.requested, call.resolved)) {
            two.put(signed, verifier.verify(signed));
        }
        assertThat(two.get(call.proposed)).isNull();
        assertThat(two.get(call.requested)).isNotNull();
        assertThat(two.get(call.resolved)).isNotNull();
    }

    @Test
    void aStatementOnAnotherTopicIsRefused() {
        refused(
                Refusal.WRONG_TYPE,
                StatementType.TOOL_EXECUTED,
                call.permitRecord().encode());
    }

    @Test
    void anAlteredPayloadIsRefused() {
        byte[] payload = call.permit.envelope().payload();
        String altered = new String(payload, StandardCharsets.UTF_8).replace("\"tier\":\"C\"", "\"tier\":\"B\"");
        assertThat(altered).isNotEqualTo(new String(payload, StandardCharsets.UTF_8));
        Envelope envelope = new Envelope(
                altered.getBytes(StandardCharsets.UTF_8),
                call.permit.envelope().keyId(),
                call.permit.envelope().signature());
        refused(Refusal.BAD_SIGNATURE, permitRecord(new SignedStatement(envelope, call.permit.certificates())));
    }

    @Test
    void aPermitSignedByAnotherRoleIsRefused() {
        for (StatementSigner other : List.of(call.approval, call.control, call.node)) {
            ExecutionPermit permit = call.permit(Tier.C);
            ExecutionPermit forged = new ExecutionPermit(
                    call.by(other),
                    permit.links(),
                    permit.argsDigest(),
                    permit.tool(),
                    permit.toolVersion(),
                    permit.toolDigest(),
                    permit.runtime(),
                    permit.tier(),
                    permit.egress(),
                    permit.limits(),
                    permit.secrets(),
                    permit.pool(),
                    permit.policySet(),
                    permit.liftedRules(),
                    permit.cut(),
                    permit.notAfter(),
                    permit.startBy());
            assertThatThrownBy(() -> call.sign(other, forged)).isInstanceOf(IllegalArgumentException.class);
            byte[] payload = Statement.of(call.subject, forged).payload();
            refused(
                    Refusal.WRONG_ROLE,
                    permitRecord(authority.holder(other.id()).sign(payload)));
        }
    }

    @Test
    void aSignerOfAnotherFleetsAuthorityIsRefused() {
        TestCall foreign = new TestCall(new TestAuthority("fleet-1"));
        refused(
                Refusal.UNTRUSTED_SIGNER,
                StatementType.EXECUTION_PERMIT,
                foreign.permitRecord().encode());
    }

    @Test
    void aStatementForAnotherFleetUnderTheSameAuthorityIsRefused() {
        Issuance foreign = new Issuance("fleet-2", TestCall.WORKSPACE, call.policy.id(), call.now, null);
        SignedStatement signed = call.policy.sign(Statement.of(
                Subject.named("token:x"), Audit.of(foreign, AuditEvent.TOKEN_ISSUED, null, List.of(), Map.of())));
        refused(Refusal.FOREIGN_FLEET, StatementType.AUDIT, new StatementRecord(signed, List.of(), List.of()).encode());
    }

    @Test
    void aCertificateThatHadExpiredWhenTheStatementWasIssuedIsRefused() {
        StatementSigner expired = authority.signer(
                List.of(call.policy.id().toString()), Instant.now().minus(Duration.ofDays(40)), 30);
        refused(Refusal.CERTIFICATE_NOT_VALID, StatementType.AUDIT, audit(expired));
        StatementSigner valid = authority.signer(call.policy.id());
        assertThatCode(() -> verifier.verify(StatementType.AUDIT, audit(valid))).doesNotThrowAnyException();
    }

    /** Else whoever holds the key of a certificate that has long expired dates a permit back into its life. */
    @Test
    void aPermitThatHoldsForLongerThanItsSignersCertificateIsRefused() {
        assertThatCode(() -> verifier.verify(permitOf(Duration.ofSeconds(60))))
                .as("control")
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> verifier.verify(permitOf(Duration.ofSeconds(10))))
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.CERTIFICATE_NOT_VALID));
    }

    /** A permit for 30 s, by policy-service's key under a certificate that ends then. */
    private SignedStatement permitOf(Duration certificate) {
        Instant notBefore = call.now.minus(Duration.ofDays(1)).plus(certificate);
        return call.sign(authority.signer(List.of(call.policy.id().toString()), notBefore, 1), call.permit(Tier.C));
    }

    /** Else whoever has a stolen authority's key makes another below it, and outlives the revocation of the first. */
    @Test
    void anAuthorityBelowTheSignersAuthorityIsRefused() {
        StatementSigner good = authority.signerBelow(call.policy.id(), 1);
        assertThatCode(() -> verifier.verify(StatementType.AUDIT, audit(good)))
                .as("control")
                .doesNotThrowAnyException();
        refused(Refusal.UNTRUSTED_SIGNER, StatementType.AUDIT, audit(authority.signerBelow(call.policy.id(), 2)));
    }

    @Test
    void statementsBelowARetiredRootStayGoodAndTheRootVouchesForNoOtherAuthority() throws StatementRefusedException {
        TestAuthority next = new TestAuthority("fleet-1");
        StatementSigner before = authority.signerBelow(call.policy.id(), 1);
        StatementSigner after = next.signerBelow(call.policy.id(), 1);
        AtomicReference<TrustRoots> trust = new AtomicReference<>(authority.trust());
        StatementVerifier following = new StatementVerifier(trust::get, Revocations.NONE);
        following.verify(StatementType.AUDIT, audit(before));
        refused(following, audit(after));

        trust.set(authority.later(1, List.of(authority, next), List.of()));
        following.verify(StatementType.AUDIT, audit(before));
        following.verify(StatementType.AUDIT, audit(after));

        byte[] issuing = Base64.getDecoder()
                .decode(StatementRecord.parse(audit(before))
                        .signed()
                        .certificates()
                        .get(1));
        trust.set(authority.later(2, List.of(next), List.of(TestAuthority.pem(issuing))));
        following.verify(StatementType.AUDIT, audit(before));
        following.verify(StatementType.AUDIT, audit(after));
        // What a thief makes with the retired root's key.
        refused(following, audit(authority.signerBelow(call.policy.id(), 1)));
        refused(following, audit(authority.signer(call.policy.id())));
    }

    /** No revocation names the authority that a thief makes below a stolen one. */
    @Test
    void anAuthorityBelowARetiredRootVouchesForNoOtherAuthority() throws StatementRefusedException {
        TestAuthority.Below own = authority.below(call.policy.id(), 1);
        TestAuthority.Below stolen = authority.below(call.policy.id(), 2);
        TrustRoots trust =
                authority.later(1, List.of(new TestAuthority("fleet-1")), List.of(own.highest(), stolen.highest()));
        StatementVerifier verifier = new StatementVerifier(trust, Revocations.NONE);

        refused(verifier, audit(stolen.showing(2)));
        refused(verifier, audit(stolen.showing(3)));
        refused(verifier, audit(stolen.showing(1)));
        verifier.verify(StatementType.AUDIT, audit(own.showing(2)));
    }

    private static void refused(StatementVerifier verifier, byte[] record) {
        assertThatThrownBy(() -> verifier.verify(StatementType.AUDIT, record))
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UNTRUSTED_SIGNER));
    }

    @Test
    void aRevokedCertificateIsRefusedAtOnce() {
        StatementVerifier strict = new StatementVerifier(authority.trust(), revoked(call.policy.id(), 10, Map.of()));
        assertThatThrownBy(() -> strict.verify(call.permitRecord()))
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.REVOKED));
    }

    @Test
    void whatTheLedgerHadBeforeTheRevocationStaysGood() throws StatementRefusedException {
        Map<Digest, Long> ledger = new HashMap<>(Map.of(call.permit.digest(), 9L, call.proposed.digest(), 3L));
        StatementVerifier strict = new StatementVerifier(authority.trust(), revoked(call.policy.id(), 10, ledger));
        refusedBy(strict, call.permitRecord()); // it rests on a question that the ledger does not have
        ledger.put(call.requested.digest(), 10L);
        refusedBy(strict, call.permitRecord()); // it has it, but not before the revocation
        ledger.put(call.requested.digest(), 8L);
        assertThat(strict.verify(call.permitRecord()).digest()).isEqualTo(call.permit.digest());
        ledger.put(call.permit.digest(), 10L);
        refusedBy(strict, call.permitRecord());
    }

    @Test
    void aCallIsGivenUpByAStatementWithoutTheEvidenceThatNobodyBelieves() throws StatementRefusedException {
        StatementRecord abandoned = ended(CallOutcome.ABANDONED);
        assertThat(verifier.verify(StatementType.AUDIT, abandoned).evidence()).isEmpty();
        assertThatThrownBy(() -> verifier.verify(StatementType.AUDIT, ended(CallOutcome.EXPIRED)))
                .as("control: every other end rests on evidence")
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.BROKEN_LINK));
    }

    private StatementRecord ended(CallOutcome outcome) {
        Audit audit = new Audit(
                call.by(call.policy),
                List.of(Link.to(StatementType.EXECUTION_PERMIT, call.permit.digest())),
                AuditEvent.CALL_ENDED,
                null,
                null,
                new Audit.Ended(outcome, "KEY_REVOKED", null),
                List.of(),
                Map.of());
        return new StatementRecord(call.sign(call.policy, audit), List.of(), List.of());
    }

    private static Revocations revoked(SpiffeId id, long from, Map<Digest, Long> ledger) {
        return new Revocations() {
            @Override
            public OptionalLong refusedFrom(SigningChain chain) {
                return chain.id().equals(id) ? OptionalLong.of(from) : OptionalLong.empty();
            }

            @Override
            public boolean isLeafBelow(long index, SignedStatement statement) {
                return ledger.getOrDefault(statement.digest(), Long.MAX_VALUE) < index;
            }
        };
    }

    private static void refusedBy(StatementVerifier strict, StatementRecord record) {
        assertThatThrownBy(() -> strict.verify(record))
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.REVOKED));
    }

    @Test
    void aCertificateWithTwoNamesSignsNothing() {
        assertThatThrownBy(() -> authority.signer(
                        List.of(call.policy.id().toString(), call.approval.id().toString()), Instant.now(), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherKeyUnderTheRightCertificateIsRefused() throws GeneralSecurityException {
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] payload = call.permit.envelope().payload();
        byte[] signature = Ed25519.sign(other.getPrivate(), Envelope.preAuthenticationEncoding(payload));
        refused(
                Refusal.BAD_SIGNATURE,
                permitRecord(new SignedStatement(
                        new Envelope(payload, call.permit.envelope().keyId(), signature), call.permit.certificates())));
        refused(
                Refusal.UNTRUSTED_SIGNER,
                permitRecord(new SignedStatement(
                        new Envelope(payload, Digest.of(other.getPublic().getEncoded()), signature),
                        call.permit.certificates())));
    }

    @Test
    void missingDoubledAndUnrelatedEvidenceIsRefused() {
        refused(
                Refusal.BROKEN_LINK,
                StatementType.EXECUTION_PERMIT,
                new StatementRecord(call.permit, List.of(call.proposed, call.requested), List.of()).encode());
        refused(
                Refusal.BROKEN_LINK,
                StatementType.EXECUTION_PERMIT,
                new StatementRecord(
                                call.permit,
                                List.of(call.proposed, call.requested, call.resolved, call.resolved),
                                List.of())
                        .encode());
        refused(
                Refusal.BROKEN_LINK,
                StatementType.EXECUTION_PERMIT,
                new StatementRecord(
                                call.permit,
                                List.of(call.proposed, call.requested, call.resolved, call.started),
                                List.of())
                        .encode());
    }

    @Test
    void evidenceAboutAnotherCallIsRefused() {
        SignedStatement about = call.policy.sign(
                Statement.of(new Subject("proposal:" + call.id, Digest.of(new byte[] {9})), call.permit(Tier.C)));
        refused(Refusal.BROKEN_LINK, permitRecord(about));
    }

    @Test
    void aPermitWithAFieldNobodyKnowsIsRefused() throws JsonRefusedException {
        ObjectNode root = CanonicalJson.readObject(call.permit.envelope().payload(), JsonRules.STATEMENT);
        ((ObjectNode) root.get("predicate")).put("widened", 1);
        refused(Refusal.SCHEMA, permitRecord(resign(root)));
    }

    @Test
    void anOptionalFieldOfALaterVersionIsPassedOverElsewhere() throws JsonRefusedException, StatementRefusedException {
        ObjectNode root = CanonicalJson.readObject(call.proposed.envelope().payload(), JsonRules.STATEMENT);
        ((ObjectNode) root.get("predicate")).put("later", 1);
        assertThat(verifier.verify(
                                StatementType.TOOL_PROPOSED,
                                new StatementRecord(resign(root), List.of(), List.of(call.args)).encode())
                        .predicate(ToolProposed.class)
                        .sensitive())
                .isTrue();
    }

    @Test
    void aDetailWithAnotherDigestIsRefused() {
        String text = new String(call.permitRecord().encode(), StandardCharsets.US_ASCII);
        String other = java.util.Base64.getEncoder()
                .encodeToString(Detail.of(new byte[] {1}).bytes());
        String own = java.util.Base64.getEncoder().encodeToString(call.args.bytes());
        refused(
                Refusal.BAD_DETAIL,
                StatementType.EXECUTION_PERMIT,
                text.replace(own, other).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void detailsTakenAwayOrAddedAreRefused() throws StatementRefusedException {
        SignedStatement signed = call.executed;
        List<SignedStatement> evidence = call.executedRecord().evidence();
        Detail foreign = Detail.of("never said".getBytes(StandardCharsets.UTF_8));
        for (List<Detail> details : List.of(List.<Detail>of(), List.of(call.output, foreign), List.of(foreign))) {
            refused(
                    Refusal.BAD_DETAIL,
                    StatementType.TOOL_EXECUTED,
                    new StatementRecord(signed, evidence, details).encode());
        }
        refused(
                Refusal.BAD_DETAIL,
                StatementType.EXECUTION_PERMIT,
                new StatementRecord(call.permit, call.permitRecord().evidence(), List.of()).encode());
        // Whoever keeps a record may have forgotten them.
        verifier.verify(new StatementRecord(signed, evidence, List.of()));
    }

    @Test
    void anAnswerOlderThanItsQuestionIsRefused() throws StatementRefusedException {
        for (int seconds : List.of(-4, -3600)) {
            Instant at = call.now.plusSeconds(seconds);
            ApprovalResolved answer = (ApprovalResolved)
                    Statement.parse(call.resolved.envelope().payload()).predicate();
            SignedStatement early = call.sign(
                    call.approval,
                    new ApprovalResolved(
                            new Issuance(
                                    answer.issued().fleetId(),
                                    answer.issued().workspaceId(),
                                    answer.issued().by(),
                                    at,
                                    null),
                            answer.links(),
                            answer.approvalId(),
                            answer.answer(),
                            answer.code(),
                            answer.answers(),
                            answer.scope(),
                            at));
            StatementRecord record = new StatementRecord(early, List.of(call.requested, call.proposed), List.of());
            if (seconds > -5) {
                verifier.verify(StatementType.APPROVAL_RESOLVED, record.encode());
            } else {
                refused(Refusal.BROKEN_LINK, StatementType.APPROVAL_RESOLVED, record.encode());
            }
        }
    }

    @Test
    void anotherEncodingOfTheSameRecordIsRefused() {
        String text = new String(call.permitRecord().encode(), StandardCharsets.US_ASCII);
        for (String other : List.of(
                text.replace(",\"evidence\"", ", \"evidence\""),
                text + "\n",
                text.replace("{\"payload\":", "{\"payload\" :"),
                text.replaceFirst("\"envelope\":", "\"x\":1,\"envelope\":"),
                text.replace("\"details\":{", "\"details\":{\"a\":\"\","))) {
            assertThat(other).isNotEqualTo(text);
            assertThatThrownBy(() ->
                            verifier.verify(StatementType.EXECUTION_PERMIT, other.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(StatementRefusedException.class);
        }
    }

    @Test
    void tooLargeIsRefusedBeforeItIsRead() {
        refused(Refusal.TOO_LARGE, StatementType.AUDIT, new byte[StatementRecord.MAX_BYTES + 1]);
    }

    @Test
    void mutatedRecordsAreRefusedAndNeverCrash() {
        long seed = 42;
        Random random = new Random(seed);
        byte[] good = call.executedRecord().encode();
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = good.clone();
            if (random.nextInt(10) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                int at = random.nextInt(bytes.length);
                byte before = bytes[at];
                bytes[at] = (byte) random.nextInt(256);
                if (bytes[at] == before) {
                    continue;
                }
            }
            byte[] mutated = bytes;
            assertThat(catchThrowable(() -> verifier.verify(StatementType.TOOL_EXECUTED, mutated)))
                    .as("seed %d round %d: %s", seed, round, difference(good, mutated))
                    .isInstanceOf(StatementRefusedException.class);
        }
    }

    private static String difference(byte[] good, byte[] mutated) {
        int at = java.util.Arrays.mismatch(good, mutated);
        int from = Math.max(0, at - 40);
        return at + " in " + new String(good, from, Math.min(80, good.length - from), StandardCharsets.ISO_8859_1)
                + " became " + (at < mutated.length ? (char) mutated[at] : "end");
    }

    private SignedStatement resign(ObjectNode root) {
        byte[] payload = CanonicalJson.write(root);
        return authority.holder(call.policy.id()).sign(payload);
    }

    private byte[] audit(StatementSigner signer) {
        return new StatementRecord(
                        signer.sign(Statement.of(
                                Subject.named("token:x"),
                                Audit.of(
                                        new Issuance("fleet-1", TestCall.WORKSPACE, signer.id(), call.now, null),
                                        AuditEvent.TOKEN_ISSUED,
                                        "person:owner",
                                        List.of(),
                                        Map.of("label", "x")))),
                        List.of(),
                        List.of())
                .encode();
    }

    private byte[] permitRecord(SignedStatement permit) {
        return new StatementRecord(permit, List.of(call.proposed, call.requested, call.resolved), List.of()).encode();
    }

    private void refused(Refusal refusal, byte[] permitRecord) {
        refused(refusal, StatementType.EXECUTION_PERMIT, permitRecord);
    }

    private void refused(Refusal refusal, StatementType type, byte[] record) {
        assertThatThrownBy(() -> verifier.verify(type, record))
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        refused -> assertThat(refused.refusal())
                                .as(refused.getMessage())
                                .isEqualTo(refusal));
    }
}
