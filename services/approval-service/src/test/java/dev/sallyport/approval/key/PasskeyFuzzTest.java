package dev.sallyport.approval.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.Keyholder;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.PasskeyAssertion;
import dev.sallyport.statements.sample.SamplePasskey;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Hostile answers of browsers about passkeys: each is refused with a problem of the sender's, never by a fault. */
class PasskeyFuzzTest {
    private static final String PAGE = "http://localhost:1";
    private static final byte[] CHALLENGE = new byte[32];

    private static final String OFFER = """
            insert into passkey_challenge (challenge, purpose, expires_at)
            values (:challenge, 'enrol:fuzz', clock_timestamp() + interval '5 minutes') on conflict do nothing""";

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();

    @FuzzTest
    void whatABrowserSaysThatItHasMadeIsAKeyOrRefused() {
        KeyEnrolment enrolment = service.bean(KeyEnrolment.class);
        Keyholder maker = Keyholder.unmade(service, workspace, "person:fuzz");
        AtomicInteger inputs = new AtomicInteger();
        Fuzz.target("passkey-registration")
                .samples(maker.registration(base64(CHALLENGE), PAGE))
                .words("\"attestationObject\":", "\"clientDataJSON\":", "\"response\":{", "null", "o2NmbXRkbm9uZQ")
                .refusing(ProblemException.class)
                .rounds(400)
                .run(input -> {
                    service.jdbc().sql(OFFER).param("challenge", CHALLENGE).update();
                    // Each as another person: nobody has more than ten keys.
                    String person = "person:fuzz-" + inputs.incrementAndGet();
                    try {
                        enrolment.enrol(workspace, person, "fuzz", new String(input, UTF_8), "");
                    } catch (ProblemException e) {
                        assertThat(e.status().is4xxClientError())
                                .as(e.toString())
                                .isTrue();
                        // It is the sample's own key, made before.
                        if (!e.code().equals("KEY_KNOWN_ALREADY")) {
                            throw e;
                        }
                    }
                });
    }

    @FuzzTest
    void whatABrowserSaysThatItHasSignedVerifiesOrIsRefused() {
        AnswerSignatures signatures = service.bean(AnswerSignatures.class);
        service.policy.operator(workspace, "person:ada");
        Keyholder ada = Keyholder.of(service, workspace, "person:ada");
        AskedCall call = AskedCall.in(workspace).build();
        PasskeyAssertion assertion = ada.passkey().answers(call.yes().challenge(), PAGE, SamplePasskey.VERIFIED, "");
        AnswerSignature good = assertion.asSignature(ada.passkey().key().key(), null);
        Fuzz.target("passkey-assertion")
                .samples(String.join(
                        "\n",
                        ada.credential(),
                        String.valueOf(good.authenticatorData()),
                        String.valueOf(good.clientData()),
                        good.value()))
                .refusing(SignatureRefusedException.class)
                .rounds(600)
                .run(input -> {
                    String[] fields = new String(input, UTF_8).split("\n", -1);
                    SubmittedSignature submitted = new SubmittedSignature(
                            at(fields, 0), at(fields, 1), at(fields, 2), String.valueOf(at(fields, 3)), null);
                    // Nobody signs in with an answer's signature, nor is a fault what comes of it.
                    assertThat(signatures.signIn(base64(CHALLENGE), submitted)).isEmpty();
                    signatures.signIn(String.valueOf(at(fields, 0)), submitted);
                    signatures.verify(workspace, "person:ada", null, call.yes(), submitted);
                });
    }

    private static @Nullable String at(String[] fields, int index) {
        return index < fields.length ? fields[index] : null;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
