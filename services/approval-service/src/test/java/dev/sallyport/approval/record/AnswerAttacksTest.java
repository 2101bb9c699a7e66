package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.Keyholder;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.approval.key.Challenges;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.PasskeyAssertion;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.testkit.TestFleet;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Attacks on answers, each against a question of its own at the running service. None counts, and after each the same
 * question is answered as it should be: the control that nothing but the attack was refused.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswerAttacksTest {
    private static final String PAGE = "http://localhost:1";
    private static final String OWNER = "owner";

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();
    private final String elsewhere = AskedCall.freshWorkspace();
    private final Map<String, Function<AskedCall, String>> attacks = new LinkedHashMap<>();
    private Keyholder ada;
    private Keyholder bob;
    private Keyholder abroad;
    private Api adasToken;
    private WorkloadIdentity owner;

    @SuppressWarnings("NullAway.Init")
    AnswerAttacksTest() {}

    @BeforeAll
    void people() {
        for (String person : List.of(
                "person:ada", "person:bob", "person:cleo", "person:dora", "person:eve", "person:gus", "person:owner")) {
            service.policy.operator(workspace, person);
        }
        service.policy.operator(elsewhere, "person:ada");
        service.policy.agent(workspace, "agent:demo");
        owner = IdentityDirectory.load(TestFleet.shared().identity(OWNER), Instant.now());
        service.policy.device(owner.id().toString(), workspace, "person:owner");
        ada = Keyholder.of(service, workspace, "person:ada");
        bob = Keyholder.of(service, workspace, "person:bob");
        abroad = Keyholder.of(service, elsewhere, "person:ada");
        adasToken = Api.withToken(service, service.policy.token(workspace, "person:ada"));
        signatures();
        pages();
        assertions();
        scopes();
        whoMayNot();
        doors();
    }

    private AskedCall question() {
        return service.ask(AskedCall.in(workspace).risk("high").assurance("key").offeringMore());
    }

    private void attack(String name, Function<AskedCall, String> attack) {
        assertThat(attacks.put(name, attack)).as(name).isNull();
    }

    /** An answer by ada's token with any signature; answers the code of the refusal. */
    private void signed(String name, String code, Function<AskedCall, String> signature) {
        attack(name, call -> expect(code, adasToken.approve(call, signature.apply(call))));
    }

    private static String expect(String code, Api.Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isBetween(400, 499);
        return answer.code().equals(code) ? "" : "expected " + code + ", was " + answer.body();
    }

    private void signatures() {
        attack("no signature at all", call -> expect("SIGNATURE_MISSING", adasToken.approve(call)));
        signed("an empty signature", "SIGNATURE_INVALID", call -> "{\"value\":\"\"}");
        signed("somebody else's key", "SIGNATURE_INVALID", call -> bob.signs(call.yes()));
        signed(
                "somebody else's signature under the own key",
                "SIGNATURE_INVALID",
                call -> Keyholder.with(
                        bob.passkey().answers(call.yes().challenge(), PAGE, SamplePasskey.VERIFIED, ""),
                        ada.credential()));
        signed("a key of another workspace", "SIGNATURE_INVALID", call -> abroad.signs(call.yes()));
        signed(
                "a key that policy-service has not confirmed",
                "SIGNATURE_INVALID",
                call -> Keyholder.unconfirmed(service, workspace, "person:ada").signs(call.yes()));
        signed("a key that was removed meanwhile", "SIGNATURE_INVALID", call -> {
            Keyholder second = Keyholder.of(service, workspace, "person:ada");
            String signature = second.signs(call.yes());
            assertThat(adasToken
                            .post("/v1/approver-keys/" + second.key() + ":remove", "")
                            .status())
                    .isEqualTo(204);
            return signature;
        });
        signed("a key that nobody made", "SIGNATURE_INVALID", call -> {
            SamplePasskey nobody = SamplePasskey.of("person:ada", "localhost", "EC");
            return Keyholder.with(nobody.answers(call.yes().challenge(), PAGE, SamplePasskey.VERIFIED, ""), "bm9ib2R5");
        });
        signed("half a signature", "SIGNATURE_INVALID", call -> {
            PasskeyAssertion whole = ada.passkey().answers(call.yes().challenge(), PAGE, SamplePasskey.VERIFIED, "");
            byte[] half = Arrays.copyOf(whole.signature(), whole.signature().length / 2);
            return ada.with(new PasskeyAssertion(whole.authenticatorData(), whole.clientData(), half));
        });
        signed("what is no base64", "SIGNATURE_INVALID", call -> "{\"value\":\"!!\",\"credential_id\":\"!\"}");
    }

    private void assertions() {
        signed(
                "a replayed assertion of another question",
                "SIGNATURE_INVALID",
                call -> ada.signs(question().yes()));
        signed("a random challenge", "SIGNATURE_INVALID", call -> answering(Digest.of(new byte[] {4})));
        signed(
                "the prompt swapped",
                "SIGNATURE_INVALID",
                call -> ada.signs(new SignedAnswer(
                        call.approvalId,
                        call.yes().proposal(),
                        Digest.of(new byte[] {1}),
                        "approved",
                        ApprovalScope.ONCE,
                        null)));
        signed(
                "the call swapped",
                "SIGNATURE_INVALID",
                call -> ada.signs(new SignedAnswer(
                        call.approvalId,
                        Digest.of(new byte[] {1}),
                        call.promptDigest,
                        "approved",
                        ApprovalScope.ONCE,
                        null)));
        signed(
                "a signed no, sent as yes",
                "SIGNATURE_INVALID",
                call -> ada.signs(new SignedAnswer(
                        call.approvalId,
                        call.yes().proposal(),
                        call.promptDigest,
                        "denied",
                        ApprovalScope.ONCE,
                        null)));
        signed(
                "a key that was made, in place of an answer",
                "SIGNATURE_INVALID",
                call -> client(call, "\"type\":\"webauthn.create\",", ""));
        signed(
                "two types in what the browser says",
                "SIGNATURE_INVALID",
                call -> client(call, "\"type\":\"webauthn.get\",\"type\":\"webauthn.get\",", ""));
        signed("what the browser says is no JSON", "SIGNATURE_INVALID", call -> said("webauthn.get"));
        signed(
                "what the browser says is too long",
                "SIGNATURE_INVALID",
                call -> client(call, "\"type\":\"webauthn.get\",", ",\"x\":\"" + "x".repeat(5_000) + "\""));
        signed("nobody was there", "SIGNATURE_INVALID", call -> flags(call, 0x04));
        signed("somebody was there, nobody knows who", "SIGNATURE_INVALID", call -> flags(call, SamplePasskey.PRESENT));
        signed("the authenticator says nothing", "SIGNATURE_INVALID", call -> {
            PasskeyAssertion whole = ada.passkey().answers(call.yes().challenge(), PAGE, SamplePasskey.VERIFIED, "");
            return ada.with(new PasskeyAssertion(new byte[10], whole.clientData(), whole.signature()));
        });
        signed("the authenticator is one for another host", "SIGNATURE_INVALID", call -> {
            SamplePasskey other = SamplePasskey.of("person:ada", "evil.example", "EC");
            return Keyholder.with(
                    other.answers(call.yes().challenge(), PAGE, SamplePasskey.VERIFIED, ""), ada.credential());
        });
    }

    private String answering(Digest challenge) {
        return ada.with(ada.passkey().answers(challenge, PAGE, SamplePasskey.VERIFIED, ""));
    }

    private String flags(AskedCall call, int flags) {
        return ada.with(ada.passkey().answers(call.yes().challenge(), PAGE, flags, ""));
    }

    private String client(AskedCall call, String beginning, String more) {
        return said("{" + beginning + "\"challenge\":\""
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(call.yes().challenge().bytes())
                + "\",\"origin\":\"" + PAGE + "\"" + more + "}");
    }

    private String said(String client) {
        return ada.with(ada.passkey().signs(client.getBytes(StandardCharsets.UTF_8), SamplePasskey.VERIFIED));
    }

    private void pages() {
        for (String origin : List.of(
                "https://evil.example",
                "https://localhost.evil.example",
                "http://localhost@evil.example",
                "http://localhost:1/console",
                "ftp://localhost",
                "null",
                "http://127.0.0.1:1")) {
            signed(
                    "a page of " + origin,
                    "SIGNATURE_INVALID",
                    call -> ada.with(
                            ada.passkey().answers(call.yes().challenge(), origin, SamplePasskey.VERIFIED, "")));
        }
        signed(
                "a page inside of another one",
                "SIGNATURE_INVALID",
                call -> ada.with(ada.passkey()
                        .answers(call.yes().challenge(), PAGE, SamplePasskey.VERIFIED, ",\"crossOrigin\":true")));
        signed(
                "a page that names another at the top",
                "SIGNATURE_INVALID",
                call -> ada.with(ada.passkey()
                        .answers(
                                call.yes().challenge(),
                                PAGE,
                                SamplePasskey.VERIFIED,
                                ",\"crossOrigin\":false,\"topOrigin\":\"https://evil.example\"")));
    }

    private void scopes() {
        attack(
                "signed for this call, sent for its session",
                call -> expect("SIGNATURE_INVALID", session(call, ada.signs(call.yes()), 3600, 5, "")));
        attack(
                "signed for a session, sent for this call",
                call -> expect(
                        "SIGNATURE_INVALID", adasToken.approve(call, ada.signs(forSession(call, 3600, 5, null)))));
        attack(
                "a grant that lasts longer than signed",
                call -> expect(
                        "SIGNATURE_INVALID", session(call, ada.signs(forSession(call, 60, 5, null)), 3600, 5, "")));
        attack(
                "a grant for more calls than signed",
                call -> expect(
                        "SIGNATURE_INVALID", session(call, ada.signs(forSession(call, 3600, 5, null)), 3600, 50, "")));
        attack(
                "a grant for other arguments than signed",
                call -> expect(
                        "SIGNATURE_INVALID",
                        session(
                                call,
                                ada.signs(forSession(call, 3600, 5, null)),
                                3600,
                                5,
                                ",\"open\":[\"any:/args/1\"]")));
        attack(
                "a yes to what was partly seen",
                call -> expect(
                        "PARTLY_SEEN", answer(call, ",\"partly_seen\":true,\"signature\":" + ada.signs(call.yes()))));
        attack("another prompt's digest, signed well", call -> {
            AskedCall other = question();
            return expect(
                    "PROMPT_DIGEST_MISMATCH",
                    adasToken.post(
                            "/v1/approvals/" + call.approvalId + ":approve",
                            "{\"prompt_digest\":\"" + other.promptDigest.hex() + "\",\"signature\":"
                                    + ada.signs(new SignedAnswer(
                                            call.approvalId,
                                            call.yes().proposal(),
                                            other.promptDigest,
                                            "approved",
                                            ApprovalScope.ONCE,
                                            null))
                                    + "}"));
        });
    }

    private Api.Answer answer(AskedCall call, String more) {
        return adasToken.post(
                "/v1/approvals/" + call.approvalId + ":approve",
                "{\"prompt_digest\":\"" + call.promptDigest.hex() + "\"" + more + "}");
    }

    private Api.Answer session(AskedCall call, String signature, long lasts, int uses, String open) {
        return answer(
                call,
                ",\"scope\":\"session\",\"grant\":{\"lasts_s\":" + lasts + ",\"uses\":" + uses + open
                        + "},\"signature\":" + signature);
    }

    private static SignedAnswer forSession(AskedCall call, long lasts, int uses, @Nullable Digest pattern) {
        return new SignedAnswer(
                call.approvalId,
                call.yes().proposal(),
                call.promptDigest,
                "approved",
                ApprovalScope.SESSION,
                new SignedAnswer.Further(Duration.ofSeconds(lasts), uses, pattern));
    }

    /** Who may not answer, whatever they show. */
    private void whoMayNot() {
        attack(
                "a token of somebody without a key",
                call -> expect("ASSURANCE_MISSING", token("person:cleo").approve(call)));
        attack("a session of somebody without a key that is not fresh", call -> {
            String session = new Session("person:cleo").age().cookie;
            return console(call, session, "ASSURANCE_MISSING");
        });
        attack("a fresh link of somebody who has a key", call -> {
            WebVisitor visitor = new Session("person:ada").visitor;
            HttpResponse<String> answered = approve(visitor, call);
            return answered.statusCode() == 403 && answered.body().contains("signed with your own key")
                    ? ""
                    : answered.statusCode() + " " + answered.body();
        });
        attack("a fresh link of somebody whose key was removed", call -> {
            Keyholder gone = Keyholder.of(service, workspace, "person:eve");
            assertThat(token("person:eve")
                            .post("/v1/approver-keys/" + gone.key() + ":remove", "")
                            .status())
                    .isEqualTo(204);
            WebVisitor visitor = new Session("person:eve").visitor;
            HttpResponse<String> page = visitor.get("/console/approvals/" + call.approvalId);
            assertThat(page.body()).contains("Your key was removed.").doesNotContain("id=\"approve\"");
            HttpResponse<String> answered = approve(visitor, call);
            return answered.statusCode() == 403 && answered.body().contains("signed with your own key")
                    ? ""
                    : answered.statusCode() + " " + answered.body();
        });
        attack(
                "a device's signature that no statement holds",
                call -> expect(
                        "SIGNATURE_INVALID", device().approve(call, tooLong(Keyholder.byDevice(owner, call.yes())))));
        attack("the device of somebody, unsigned", call -> expect("ASSURANCE_MISSING", device().approve(call)));
        attack(
                "a device's signature from elsewhere",
                call -> expect(
                        "SIGNATURE_INVALID",
                        token("person:owner").approve(call, Keyholder.byDevice(owner, call.yes()))));
        attack(
                "a device's signature over another call",
                call -> expect(
                        "SIGNATURE_INVALID",
                        device().approve(
                                        call,
                                        Keyholder.byDevice(owner, question().yes()))));
        attack(
                "another workload's certificate as a device",
                call -> expect(
                        "SIGNATURE_INVALID",
                        device().approve(
                                        call,
                                        Keyholder.byDevice(
                                                IdentityDirectory.load(
                                                        TestFleet.shared().identity("vault-service"), Instant.now()),
                                                call.yes()))));
        attack(
                "an agent, with a person's signature",
                call -> expect("PERMISSION_MISSING", token("agent:demo").approve(call, ada.signs(call.yes()))));
        attack("somebody who was removed", call -> {
            Keyholder gone = leaver("person:dora");
            Api token = token("person:dora");
            service.policy.remove(workspace, "person:dora");
            Api.Answer answer = token.approve(call, gone.signs(call.yes()));
            service.policy.operator(workspace, "person:dora");
            return expect("UNAUTHENTICATED", answer);
        });
        attack("somebody who was removed, on the page", call -> {
            service.policy.operator(workspace, "person:eli");
            WebVisitor visitor = new Session("person:eli").visitor;
            String token = visitor.formToken("/console/keys");
            service.policy.remove(workspace, "person:eli");
            // Who stands behind a session may be remembered for three seconds.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> visitor.get("/console").statusCode() == 401);
            HttpResponse<String> answered =
                    visitor.post("/console/approvals/" + call.approvalId + "/approve", form(call, token));
            return answered.statusCode() == 401 ? "" : String.valueOf(answered.statusCode());
        });
        attack(
                "a session's cookie as a token",
                call -> expect(
                        "UNAUTHENTICATED",
                        Api.withToken(service, new Session("person:ada").cookie).approve(call, ada.signs(call.yes()))));
        attack(
                "another workspace's person of the same name",
                call -> expect(
                        "APPROVAL_NOT_FOUND",
                        Api.withToken(service, service.policy.token(elsewhere, "person:ada"))
                                .approve(call, abroad.signs(call.yes()))));
        attack("an auditor", call -> {
            service.policy.member(
                    workspace, "person:audrey", Set.of("auditor"), List.of(Permission.APPROVAL_READ.code()));
            return expect("PERMISSION_MISSING", token("person:audrey").approve(call));
        });
    }

    private Keyholder leaver(String person) {
        return Keyholder.of(service, workspace, person);
    }

    /** How an answer may come in at all. */
    private void doors() {
        attack("a decision by GET", call -> {
            int status = adasToken
                    .get("/v1/approvals/" + call.approvalId + ":approve")
                    .status();
            int page = new Session("person:bob")
                    .visitor
                    .get("/console/approvals/" + call.approvalId + "/approve")
                    .statusCode();
            return status >= 400 && page >= 400 ? "" : status + " " + page;
        });
        attack("a form without its token", call -> {
            HttpResponse<String> answered = new Session("person:cleo")
                    .visitor.post("/console/approvals/" + call.approvalId + "/approve", form(call, "0".repeat(64)));
            return answered.statusCode() == 403 ? "" : String.valueOf(answered.statusCode());
        });
        attack("a form with the token of another session", call -> {
            WebVisitor other = new Session("person:bob").visitor;
            HttpResponse<String> answered = new Session("person:cleo")
                    .visitor.post(
                            "/console/approvals/" + call.approvalId + "/approve",
                            form(call, other.formToken("/console/keys")));
            return answered.statusCode() == 403 ? "" : String.valueOf(answered.statusCode());
        });
        attack("a form of another site", call -> {
            WebVisitor visitor = new Session("person:cleo").visitor;
            HttpResponse<String> answered = visitor.postFrom(
                    "cross-site",
                    "/console/approvals/" + call.approvalId + "/approve",
                    form(call, visitor.formToken("/console/approvals/" + call.approvalId)));
            return answered.statusCode() == 403 ? "" : String.valueOf(answered.statusCode());
        });
        attack("the page in a frame", call -> {
            HttpResponse<String> page = new Session("person:cleo").visitor.get("/console/approvals/" + call.approvalId);
            return page.headers().firstValue("X-Frame-Options").orElse("").equals("DENY")
                            && page.headers()
                                    .firstValue("Content-Security-Policy")
                                    .orElse("")
                                    .contains("frame-ancestors 'none'")
                    ? ""
                    : page.headers().toString();
        });
        attack(
                "nobody",
                call -> expect("UNAUTHENTICATED", Api.anonymous(service).approve(call, ada.signs(call.yes()))));
        attack("the own question, by each door", call -> {
            AskedCall own = service.ask(
                    AskedCall.in(workspace).risk("high").assurance("key").askedBy("person:ada"));
            AskedCall owners = service.ask(
                    AskedCall.in(workspace).risk("high").assurance("key").askedBy("person:owner"));
            HttpResponse<String> page = approve(new Session("person:ada").visitor, own);
            return page.statusCode() == 403
                    ? expect("REQUESTER_MAY_NOT_ANSWER", adasToken.approve(own, ada.signs(own.yes())))
                            + expect(
                                    "REQUESTER_MAY_NOT_ANSWER",
                                    device().approve(owners, Keyholder.byDevice(owner, owners.yes())))
                    : String.valueOf(page.statusCode());
        });
    }

    private Api token(String person) {
        return Api.withToken(service, service.policy.token(workspace, person));
    }

    private Api device() {
        return Api.withCertificate(service, OWNER);
    }

    /** A browser of somebody who has just signed in by a link. */
    private final class Session {
        private final WebVisitor visitor = new WebVisitor(service);
        private final String cookie;

        Session(String person) {
            visitor.signIn(service.policy.signInCode(workspace, person));
            cookie = visitor.cookie(SessionIntrospector.COOKIE);
        }

        /** The same an hour ago. */
        Session age() {
            service.jdbc()
                    .sql("update sign_in_session set created_at = created_at - interval '20 minutes' where"
                            + " workspace_id = :w")
                    .param("w", workspace)
                    .update();
            return this;
        }
    }

    private String console(AskedCall call, String cookie, String code) {
        WebVisitor visitor = new WebVisitor(service);
        visitor.keep(SessionIntrospector.COOKIE, cookie);
        HttpResponse<String> answered = approve(visitor, call);
        return answered.statusCode() == 403 && answered.body().contains("you have none")
                ? ""
                : code + " " + answered.statusCode() + " " + answered.body();
    }

    private static HttpResponse<String> approve(WebVisitor visitor, AskedCall call) {
        return visitor.post(
                "/console/approvals/" + call.approvalId + "/approve", form(call, visitor.formToken("/console/keys")));
    }

    private static Map<String, String> form(AskedCall call, String token) {
        return Map.of("form_token", token, "prompt_digest", call.promptDigest.hex(), "all_shown", "true");
    }

    @TestFactory
    Stream<DynamicTest> noAttackCountsAndTheAnswerAsItShouldBeDoes() {
        assertThat(attacks).hasSizeGreaterThanOrEqualTo(40);
        return attacks.entrySet().stream()
                .map(attack -> DynamicTest.dynamicTest(attack.getKey(), () -> {
                    AskedCall call = question();
                    assertThat(attack.getValue().apply(call)).isEmpty();
                    assertThat(service.state(call)).isEqualTo("pending");
                    assertThat(adasToken.approve(call, ada.signs(call.yes())).state())
                            .isEqualTo("approved");
                }));
    }

    @Test
    void whatIsSignedIsInTheStatementForEverybodyToVerify() {
        AskedCall call = question();
        assertThat(adasToken.approve(call, ada.signs(call.yes())).status()).isEqualTo(200);

        // Verified as its consumers do, with the two statements about the key.
        ApproverAnswer answer = service.resolutions(call).getFirst().answers().getFirst();
        assertThat(answer.signature()).isNotNull();
        assertThat(answer.signature().key()).isEqualTo(ada.passkey().key().key());
        assertThat(adasToken.approve(call, ada.signs(call.yes())).code())
                .as("the same signature a second time")
                .isEqualTo("ALREADY_RESOLVED");
        assertThat(adasToken
                        .get("/v1/approvals/" + call.approvalId)
                        .body()
                        .at("/resolutions/0/signed_with")
                        .asString(""))
                .isEqualTo(ada.key());
    }

    @Test
    void aDeviceSignsWithItsCertificatesKey() {
        AskedCall call = question();
        assertThat(device().approve(call, Keyholder.byDevice(owner, call.yes())).state())
                .isEqualTo("approved");
        ApproverAnswer answer = service.resolutions(call).getFirst().answers().getFirst();
        assertThat(answer.authenticator()).isEqualTo("device-certificate");
        assertThat(answer.signature()).isNotNull();
        assertThat(answer.signature().isByPasskey()).isFalse();
    }

    private static String tooLong(String signature) {
        ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(signature);
        ArrayNode certificates = json.withArray("certificates");
        while (certificates.size() < 5) {
            certificates.add(certificates.get(certificates.size() - 1));
        }
        return json.toString();
    }

    /** It is stated without padding, as the statement has it. */
    @Test
    void aDevicesSignatureMayBePadded() {
        AskedCall call = question();
        ObjectNode padded = (ObjectNode) JsonMapper.shared().readTree(Keyholder.byDevice(owner, call.yes()));
        byte[] value = Base64.getUrlDecoder().decode(padded.path("value").asString(""));
        String written = Base64.getUrlEncoder().encodeToString(value);
        padded.put("value", written);
        assertThat(device().approve(call, padded.toString()).state()).isEqualTo("approved");
        AnswerSignature stated =
                service.resolutions(call).getFirst().answers().getFirst().signature();
        assertThat(stated).isNotNull();
        assertThat(stated.value()).isEqualTo(written.replace("=", ""));
    }

    /** What is signed includes the scope: a wider no, beside a signed yes, says nothing that nobody has signed. */
    @Test
    void afterASignedYesAnybodyMayStillSayNo() {
        AskedCall call = service.ask(AskedCall.in(workspace)
                .risk("high")
                .assurance("key")
                .quorum(2)
                .offeringMore()
                .inSession("refused"));
        assertThat(adasToken.approve(call, ada.signs(call.yes())).state()).isEqualTo("pending");
        Api.Answer no = token("person:cleo")
                .post(
                        "/v1/approvals/" + call.approvalId + ":deny",
                        "{\"prompt_digest\":\"" + call.promptDigest.hex() + "\",\"scope\":\"session\"}");
        assertThat(no.status()).as("%s", no.body()).isEqualTo(200);
        assertThat(service.resolutions(call)).singleElement().satisfies(said -> {
            assertThat(said.answer()).isEqualTo(ApprovalResolved.Answer.DENIED);
            assertThat(said.answers()).hasSize(2).allMatch(answer -> answer.signature() == null);
            assertThat(said.links()).hasSize(1);
        });

        AskedCall both = service.ask(
                AskedCall.in(workspace).risk("high").assurance("key").quorum(2));
        adasToken.approve(both, ada.signs(both.yes()));
        assertThat(token("person:bob").approve(both, bob.signs(both.yes())).state())
                .isEqualTo("approved");
        assertThat(service.resolutions(both).getFirst().answers())
                .as("control: what is approved has both signatures")
                .allMatch(answer -> answer.signature() != null);
    }

    /** policy-service would deny the call: its people are asked instead. */
    @Test
    void aGrantAnswersNothingOnceItsGiversKeyWasRemoved() {
        Keyholder gus = Keyholder.of(service, workspace, "person:gus");
        AskedCall.Builder asked = AskedCall.in(workspace)
                .risk("high")
                .assurance("key")
                .offeringMore()
                .inSession("of gus");
        AskedCall call = service.ask(asked);
        Api.Answer given = token("person:gus")
                .post(
                        "/v1/approvals/" + call.approvalId + ":approve",
                        "{\"prompt_digest\":\"" + call.promptDigest.hex()
                                + "\",\"scope\":\"session\",\"grant\":{\"lasts_s\":3600,\"uses\":5},\"signature\":"
                                + gus.signs(forSession(call, 3600, 5, null)) + "}");
        assertThat(given.state()).as("%s", given.body()).isEqualTo("approved");
        assertThat(service.state(service.ask(asked))).isEqualTo("approved");
        assertThat(token("person:gus")
                        .post("/v1/approver-keys/" + gus.key() + ":remove", "")
                        .status())
                .isEqualTo(204);
        assertThat(service.state(service.ask(asked))).isEqualTo("pending");
    }

    /** Anybody gets a challenge to sign in with: many of them keep nobody from making a key. */
    @Test
    void tooManySignInsKeepNobodyFromMakingAKey() {
        Challenges challenges = service.bean(Challenges.class);
        service.bean(TransactionTemplate.class).executeWithoutResult(transaction -> {
            transaction.setRollbackOnly();
            service.jdbc().sql("""
                    insert into passkey_challenge (challenge, purpose, expires_at)
                    select sha256(number::text::bytea), 'sign-in', clock_timestamp() + interval '5 minutes'
                    from generate_series(1, 10000) number""").update();
            assertThatThrownBy(() -> challenges.issue(Challenges.SIGN_IN)).hasMessageContaining("Too many people");
            assertThat(challenges.issue("enrol:of somebody")).hasSize(32);
        });
    }

    @Test
    void whoHasNoKeyAnswersRightAfterALinkAndIsRecordedAsUnsigned() {
        AskedCall call = question();
        HttpResponse<String> answered = approve(new Session("person:cleo").visitor, call);
        assertThat(answered.statusCode()).as(answered.body()).isEqualTo(303);
        ApproverAnswer answer = service.resolutions(call).getFirst().answers().getFirst();
        assertThat(answer.authenticator()).isEqualTo("fresh-link");
        assertThat(answer.signature()).isNull();
    }

    @Test
    void anybodyWhoMayAnswerDeniesWithoutAKey() {
        AskedCall call = question();
        assertThat(token("person:cleo").deny(call).state()).isEqualTo("denied");
    }

    @Test
    void aGrantThatWasSignedIsGiven() {
        // In a session of its own: it would answer the attacks.
        AskedCall call = service.ask(AskedCall.in(workspace)
                .risk("high")
                .assurance("key")
                .offeringMore()
                .inSession("granted"));
        assertThat(session(call, ada.signs(forSession(call, 3600, 5, null)), 3600, 5, "")
                        .state())
                .isEqualTo("approved");
        assertThat(service.resolutions(call).getFirst().grant()).isNotNull();
    }
}
