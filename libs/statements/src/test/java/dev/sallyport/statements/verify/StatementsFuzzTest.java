package dev.sallyport.statements.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.approver.PasskeyAssertion;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.databind.JsonNode;

/** Hostile bytes in the place of each thing that this module reads. */
class StatementsFuzzTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("fleet");
    private static final TestCall CALL = new TestCall(AUTHORITY);
    private static final List<SignedStatement> ALL = CALL.statements();

    @FuzzTest
    void argumentsAreReadAsAnotherCanonicalizerReadsThemOrRefused() {
        Fuzz.target("arguments")
                .samples(
                        "{\"executable\":\"uname\",\"args\":[\"-a\",\"\\u20ac\\ud83d\\ude00\\n\"],\"n\":[0,-1,1.5,2e-3]}",
                        "{\"a\":{\"b\":{\"c\":[[[null,true,false]]]}},\"\":\"\"}",
                        "[3333.3333333333,4.50,0.000001,1E3,-0]")
                .refusing(JsonRefusedException.class)
                .rounds(4_000)
                .longest(JsonRules.ARGUMENTS.maxBytes())
                .run(input -> {
                    JsonNode read = CanonicalJson.read(input, JsonRules.ARGUMENTS);
                    byte[] canonical = CanonicalJson.write(read);
                    assertThat(CanonicalJson.write(CanonicalJson.read(canonical, JsonRules.ARGUMENTS)))
                            .isEqualTo(canonical);
                    String wrapped = "[" + new String(input, UTF_8) + "]";
                    assertThat("[" + new String(canonical, UTF_8) + "]")
                            .isEqualTo(new JsonCanonicalizer(wrapped).getEncodedString());
                });
    }

    @FuzzTest
    void longNamesAroundManyElementsCostNoMoreThanTheyAreLong() {
        String row = "[" + "0,".repeat(400) + "0]";
        Fuzz.target("long-names")
                .samples("{\"" + "n".repeat(60_000) + "\":[" + (row + ",").repeat(70) + row + "]}")
                .refusing(JsonRefusedException.class)
                .rounds(30)
                .longest(JsonRules.ARGUMENTS.maxBytes())
                .run(input -> CanonicalJson.read(input, JsonRules.ARGUMENTS));
    }

    @FuzzTest
    void anEnvelopeHasOneEncoding() {
        Fuzz.target("envelope")
                .samples(ALL.stream().map(signed -> signed.envelope().encode()).toArray(byte[][]::new))
                .refusing(EnvelopeRefusedException.class)
                .run(input -> assertThat(Envelope.decode(input).encode()).isEqualTo(input));
    }

    @FuzzTest
    void aRecordHasOneEncoding() {
        Fuzz.target("record")
                .samples(CALL.executedRecord().encode(), CALL.permitRecord().encode(), record(CALL.proposed))
                .refusing(StatementRefusedException.class)
                .longest(StatementRecord.MAX_BYTES)
                .run(input -> assertThat(StatementRecord.parse(input).encode()).isEqualTo(input));
    }

    @FuzzTest
    void whatIsVerifiedIsWhatWasSigned() {
        StatementVerifier verifier = new StatementVerifier(AUTHORITY.trust(), Revocations.NONE);
        Set<Digest> signed = ALL.stream().map(SignedStatement::digest).collect(Collectors.toSet());
        Fuzz.target("verified-record")
                .samples(CALL.executedRecord().encode(), CALL.permitRecord().encode(), record(CALL.proposed))
                .refusing(StatementRefusedException.class)
                .run(input -> {
                    VerifiedRecord verified = verifier.verify(StatementRecord.parse(input));
                    assertThat(signed).contains(verified.digest());
                });
    }

    @FuzzTest
    void aPermitSaysNothingThatIsNotRead() {
        Fuzz.target("permit-payload")
                .samples(CALL.permit.envelope().payload())
                .refusing(StatementRefusedException.class)
                .run(input -> assertThat(Statement.parse(input).payload()).isEqualTo(input));
    }

    @FuzzTest
    void aPayloadSignedByItsRightfulSignerIsReadOrRefused() {
        TestAuthority.Holder policy = AUTHORITY.holder(SpiffeId.service(TestAuthority.DOMAIN, "policy-service"));
        StatementVerifier verifier = new StatementVerifier(AUTHORITY.trust(), Revocations.NONE);
        Fuzz.target("signed-payload")
                .samples(Stream.of(CALL.proposed, CALL.requested, CALL.permit, CALL.ended)
                        .map(signed -> signed.envelope().payload())
                        .toArray(byte[][]::new))
                .words(Stream.of(StatementType.values()).map(StatementType::uri).toArray(String[]::new))
                .refusing(StatementRefusedException.class)
                .run(input -> {
                    VerifiedStatement verified = verifier.verify(policy.sign(input));
                    assertThat(CanonicalJson.write(CanonicalJson.read(input, JsonRules.STATEMENT)))
                            .isEqualTo(input);
                    assertThat(verified.digest()).isEqualTo(Digest.of(input));
                });
    }

    @FuzzTest
    void aCertificateThatWasNotIssuedSignsNothing() {
        StatementVerifier verifier = new StatementVerifier(AUTHORITY.trust(), Revocations.NONE);
        byte[] genuine = Base64.getDecoder().decode(CALL.proposed.certificates().getFirst());
        Fuzz.target("signing-certificate")
                .samples(genuine)
                .refusing(StatementRefusedException.class)
                .run(input -> {
                    String text = Base64.getEncoder().encodeToString(input);
                    verifier.verify(new SignedStatement(CALL.proposed.envelope(), List.of(text)));
                    assertThat(input).isEqualTo(genuine);
                });
    }

    @FuzzTest
    void trustRootsAreReadOrRefused() {
        Fuzz.target("trust-roots")
                .samples(AUTHORITY.trust().toJson())
                .refusing(IllegalArgumentException.class)
                .run(input -> {
                    TrustRoots read = TrustRoots.parse(input);
                    assertThat(TrustRoots.parse(read.toJson())).isEqualTo(read);
                    assertThat(read.signingRoots()).hasSameSizeAs(read.signingCas());
                    assertThat(read.tlsRoots()).hasSameSizeAs(read.tlsCas());
                });
    }

    @FuzzTest
    void whatABrowserSaysIsReadOrRefusedAndOnlyWhatWasSignedCounts() {
        SamplePasskey passkey = SamplePasskey.of("person:op");
        Digest challenge = Digest.of(new byte[] {1});
        PasskeyAssertion genuine = passkey.answers(challenge);
        assertThat(genuine.contradiction(passkey.key(), challenge.bytes())).isNull();
        Fuzz.target("client-data")
                .samples(genuine.clientData())
                .words("webauthn.get", "webauthn.create", "crossOrigin", "topOrigin", "https://approval.example")
                .longest(4_096)
                .run(input -> {
                    PasskeyAssertion changed =
                            new PasskeyAssertion(genuine.authenticatorData(), input, genuine.signature());
                    if (changed.contradiction(passkey.key(), challenge.bytes()) == null) {
                        assertThat(input).isEqualTo(genuine.clientData());
                    }
                });
    }

    @FuzzTest
    void aKeyOfAPersonIsReadOrRefused() {
        byte[] genuine =
                Base64.getDecoder().decode(SamplePasskey.of("person:op").key().publicKey());
        Fuzz.target("approver-key").samples(genuine).longest(2_048).run(input -> {
            ApproverKey key = new ApproverKey(
                    Digest.of(input), "person:op", "h", Base64.getEncoder().encodeToString(input));
            // Whatever is taken can be verified with: no exception comes out.
            key.isUsable();
        });
    }

    @FuzzTest
    void aSpiffeIdHasOneSpelling() {
        Fuzz.target("spiffe-id")
                .samples(
                        "spiffe://test.sallyport/service/policy-service",
                        "spiffe://test.sallyport/executor/default/node-1",
                        "spiffe://a/device/owner")
                .words("service", "infra", "executor", "device", "agent")
                .refusing(IllegalArgumentException.class)
                .longest(4_096)
                .run(input -> {
                    String uri = new String(input, UTF_8);
                    assertThat(SpiffeId.parse(uri)).hasToString(uri);
                });
    }

    private static byte[] record(SignedStatement signed) {
        return new StatementRecord(signed, List.of(), List.of()).encode();
    }
}
