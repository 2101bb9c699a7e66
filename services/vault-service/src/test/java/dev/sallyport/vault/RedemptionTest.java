package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RedemptionTest {
    private static final String REDEEM = "/internal/v1/secrets:redeem";
    private static final byte[] VALUE = "the-value-4f1c".getBytes(StandardCharsets.US_ASCII);
    private static final String NONCE = "nonce-0123456789abcdef";
    private static final String REFERENCE = "vault://" + TestAccess.WORKSPACE + "/api-key";

    private static RunningVault vault;

    @BeforeAll
    static void start() throws Exception {
        vault = RunningVault.start();
        TestFleet.shared().issue(FleetPlan.Workload.node("default", "node-2"));
        TestFleet.shared().issue(FleetPlan.Workload.node("other", "node-1"));
        put("api-key", Map.of("Sallyport-Secret-Hosts", "api.example.org"));
    }

    @AfterAll
    static void stop() {
        vault.close();
    }

    @Test
    void theNodeOfTheCallGetsTheValueAndItIsStatedBesideTheCall() throws Exception {
        TestCall call = new TestCall(grant("api-key"));
        RunningVault.Answer answer = redeem("node-default-node-1", call, NONCE);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(VALUE);
        assertThat(answer.headers().get("cache-control")).containsExactly("no-store");
        assertThat(vault.statements())
                .filteredOn(s -> s.statement().subject().name().equals("proposal:" + call.proposalId))
                .singleElement()
                .satisfies(s -> {
                    Audit audit = s.predicate(Audit.class);
                    assertThat(audit.event()).isEqualTo(AuditEvent.SECRET_REDEEMED);
                    assertThat(audit.actor()).isEqualTo(TestCall.NODE);
                    assertThat(audit.attributes())
                            .containsOnly(Map.entry("reference", REFERENCE), Map.entry("version", "1"));
                    assertThat(audit.links()).extracting(Link::type).containsExactly("audit/v1");
                });
    }

    @Test
    void anUnansweredRequestMayBeRepeatedWithItsNonceOnly() throws Exception {
        TestCall call = new TestCall(grant("api-key"));
        String started = call.startedRecord();
        assertThat(redeem("node-default-node-1", started, REFERENCE, NONCE).status())
                .isEqualTo(200);
        assertThat(redeem("node-default-node-1", started, REFERENCE, NONCE).body())
                .isEqualTo(VALUE);
        refused(redeem("node-default-node-1", started, REFERENCE, "another-nonce-0123456789"));
        assertThat(refusals(call)).containsExactly("ALREADY_REDEEMED");
        vault.jdbc()
                .sql("update secret_redemption set redeemed_at = now() - interval '31 seconds' where proposal_id = ?")
                .param(call.proposalId)
                .update();
        refused(redeem("node-default-node-1", started, REFERENCE, NONCE));
        assertThat(vault.audits(AuditEvent.SECRET_REDEEMED)).isNotEmpty();
    }

    @Test
    void ofManyAtOnceExactlyOneIsServed() throws Exception {
        TestCall call = new TestCall(grant("api-key"));
        String started = call.startedRecord();
        List<Callable<Integer>> attempts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String nonce = "nonce-of-attempt-number-" + i;
            attempts.add(() ->
                    redeem("node-default-node-1", started, REFERENCE, nonce).status());
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (Future<Integer> status : threads.invokeAll(attempts)) {
                statuses.add(status.get());
            }
        }
        assertThat(statuses).containsOnlyOnce(200).filteredOn(s -> s == 404).hasSize(11);
    }

    @Test
    void whateverIsWrongWithTheStatementsNothingIsHandedOver() throws Exception {
        refusedFor("OTHER_NODE", call -> call.node = TestCall.NODE.replace("node-1", "node-2"));
        refusedFor("OTHER_POOL", call -> call.pool = "other");
        refusedFor("TOO_LATE", call -> call.redeemWithin = Duration.ofSeconds(-1));
        refusedFor("TOO_LATE", call -> call.claimedAfter = Duration.ofSeconds(31));
        // Whatever control signs, a minute after the claim it is too late.
        refusedFor("TOO_LATE", call -> {
            call.claimedAfter = Duration.ofSeconds(-61);
            call.redeemWithin = Duration.ofHours(1);
        });
        refusedFor("NOT_STARTED", call -> call.started = false);
        // Whatever control's clock says, nothing has been started that begins later.
        refusedFor("NOT_STARTED", call -> call.claimedAfter = Duration.ofSeconds(20));
        // Of another workspace, with a permit for a secret of that name there.
        refusedFor("NOT_GRANTED", call -> call.workspace = TestAccess.OTHER_WORKSPACE);
    }

    @Test
    void anotherNodeGetsNothingWithTheSameStatements() throws Exception {
        String started = new TestCall(grant("api-key")).startedRecord();
        refused(redeem("node-default-node-2", started, REFERENCE, NONCE));
        refused(redeem("node-other-node-1", started, REFERENCE, NONCE));
        assertThat(redeem("node-default-node-1", started, REFERENCE, NONCE).status())
                .isEqualTo(200);
    }

    @Test
    void onlyNodesMayAskAtAll() throws Exception {
        String started = new TestCall(grant("api-key")).startedRecord();
        for (String identity : List.of("policy-service", "executor-service", "owner", "kafka")) {
            assertThat(redeem(identity, started, REFERENCE, NONCE).status())
                    .as(identity)
                    .isEqualTo(403);
        }
        assertThat(vault.with(TestAccess.OWNER, "POST", REDEEM, Map.of()).status())
                .isEqualTo(404);
    }

    @Test
    void alteredOrForgedStatementsAreRefused() throws Exception {
        String good = new TestCall(grant("api-key")).startedRecord();
        byte[] bytes = Base64.getDecoder().decode(good);
        for (int at = 20; at < bytes.length; at += bytes.length / 12) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            refused(redeem("node-default-node-1", Base64.getEncoder().encodeToString(changed), REFERENCE, NONCE));
        }
        RunningVault.Answer nothing = redeem("node-default-node-1", "e30=", REFERENCE, NONCE);
        refused(nothing);
        assertThat(redeem("node-default-node-1", good, REFERENCE, NONCE).status())
                .isEqualTo(200);
    }

    @Test
    void aSecretThatThePermitDoesNotGrantIsRefusedLikeOneThatIsNotThere() throws Exception {
        put("not-granted", Map.of());
        TestCall call = new TestCall(grant("api-key"));
        RunningVault.Answer there = redeem(
                "node-default-node-1", call.startedRecord(), "vault://" + TestAccess.WORKSPACE + "/not-granted", NONCE);
        RunningVault.Answer absent = redeem(
                "node-default-node-1",
                new TestCall(grant("absent")).startedRecord(),
                "vault://" + TestAccess.WORKSPACE + "/absent",
                NONCE);
        assertThat(there.status()).isEqualTo(404);
        assertThat(absent.status()).isEqualTo(404);
        assertThat(there.text()).isEqualTo(absent.text());
    }

    @Test
    void theVersionIsThePermitsAndItsTermsHold() throws Exception {
        put("versioned", Map.of("Sallyport-Secret-Hosts", "a.example"));
        vault.put(TestAccess.OWNER, "versioned", "second-value".getBytes(StandardCharsets.US_ASCII), Map.of());
        String reference = "vault://" + TestAccess.WORKSPACE + "/versioned";
        assertThat(redeem(
                                "node-default-node-1",
                                new TestCall(new SecretGrant(reference, 1, "pipe", List.of("a.example")))
                                        .startedRecord(),
                                reference,
                                NONCE)
                        .body())
                .isEqualTo(VALUE);
        refused(redeem(
                "node-default-node-1",
                new TestCall(new SecretGrant(reference, 1, "env", List.of())).startedRecord(),
                reference,
                NONCE));
        refused(redeem(
                "node-default-node-1",
                new TestCall(new SecretGrant(reference, 2, "pipe", List.of("a.example"))).startedRecord(),
                reference,
                NONCE));
        refused(redeem(
                "node-default-node-1",
                new TestCall(new SecretGrant(reference, 3, "pipe", List.of())).startedRecord(),
                reference,
                NONCE));
    }

    @Test
    void moreReadsPerMinuteThanAllowedAreRefused() throws Exception {
        put("scarce", Map.of("Sallyport-Secret-Reads-Per-Minute", "2"));
        String reference = "vault://" + TestAccess.WORKSPACE + "/scarce";
        for (int i = 0; i < 2; i++) {
            assertThat(redeem("node-default-node-1", new TestCall(grant("scarce")).startedRecord(), reference, NONCE)
                            .status())
                    .isEqualTo(200);
        }
        TestCall third = new TestCall(grant("scarce"));
        refused(redeem("node-default-node-1", third.startedRecord(), reference, NONCE));
        assertThat(refusals(third)).containsExactly("TOO_OFTEN");
    }

    @Test
    void ownersSeeWhichCallsHadASecret() throws Exception {
        put("seen", Map.of());
        String reference = "vault://" + TestAccess.WORKSPACE + "/seen";
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            TestCall call = new TestCall(grant("seen"));
            assertThat(redeem("node-default-node-1", call.startedRecord(), reference, NONCE)
                            .status())
                    .isEqualTo(200);
            calls.addFirst(call.proposalId);
        }
        TestCall refused = new TestCall(grant("seen"));
        refused.node = TestCall.NODE.replace("node-1", "node-2");
        refused(redeem("node-default-node-1", refused.startedRecord(), reference, NONCE));
        calls.sort(Comparator.reverseOrder());

        RunningVault.Answer first = vault.with(TestAccess.OWNER, "GET", "/v1/secrets/seen/uses?limit=2", null);
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(first.json().path("items").findValuesAsString("proposal_id"))
                .containsExactlyElementsOf(calls.subList(0, 2));
        assertThat(first.json().at("/items/0/node").asString()).isEqualTo(TestCall.NODE);
        RunningVault.Answer rest = vault.with(
                TestAccess.OWNER,
                "GET",
                "/v1/secrets/seen/uses?after=" + first.json().path("next").asString(),
                null);
        assertThat(rest.json().path("items").findValuesAsString("proposal_id")).containsExactly(calls.get(2));
        JsonNode secret =
                vault.with(TestAccess.OWNER, "GET", "/v1/secrets/seen", null).json();
        assertThat(secret.path("uses").asInt()).isEqualTo(3);
        assertThat(secret.path("last_used_at").isString()).isTrue();
        assertThat(vault.with(TestAccess.OWNER, "GET", "/v1/secrets/nothing/uses", null)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void withoutTheStatementThereIsNoValue() throws Exception {
        TestCall call = new TestCall(grant("api-key"));
        String started = call.startedRecord();
        vault.jdbc().sql("alter table kit_outbox rename to kit_outbox_away").update();
        try {
            RunningVault.Answer answer = redeem("node-default-node-1", started, REFERENCE, NONCE);
            assertThat(answer.status()).isGreaterThanOrEqualTo(500);
            assertThat(answer.text()).doesNotContain(new String(VALUE, StandardCharsets.US_ASCII));
        } finally {
            vault.jdbc().sql("alter table kit_outbox_away rename to kit_outbox").update();
        }
        assertThat(vault.jdbc()
                        .sql("select count(*) from secret_redemption where proposal_id = ?")
                        .param(call.proposalId)
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(redeem("node-default-node-1", started, REFERENCE, NONCE).status())
                .isEqualTo(200);
    }

    @Test
    void refusalsWithoutEndAreAFewStatementsWithTheirNumber() throws Exception {
        TestCall call = new TestCall(grant("api-key"));
        call.node = TestCall.NODE.replace("node-1", "node-2");
        String started = call.startedRecord();
        for (int i = 0; i < 12; i++) {
            refused(redeem("node-default-node-1", started, REFERENCE, NONCE));
        }
        assertThat(refusals(call)).containsExactly("OTHER_NODE", "OTHER_NODE");
        assertThat(refusals(call, "count")).containsExactlyInAnyOrder("1", "10");
    }

    @Test
    void malformedRequestsAre400WithTheField() throws Exception {
        Map<String, String> good = new HashMap<>(Map.of(
                "reference", REFERENCE,
                "client_nonce", NONCE,
                "started_record", new TestCall(grant("api-key")).startedRecord()));
        for (String field : List.of("reference", "client_nonce", "started_record")) {
            Map<String, String> bad = new HashMap<>(good);
            bad.put(field, "no!");
            RunningVault.Answer answer = vault.as("node-default-node-1", "POST", REDEEM, bad);
            assertThat(answer.status()).as(field + " " + answer.text()).isEqualTo(400);
            assertThat(answer.json().path("errors").get(0).path("field").asString())
                    .isEqualTo(field);
            bad.remove(field);
            assertThat(vault.as("node-default-node-1", "POST", REDEEM, bad).status())
                    .isEqualTo(400);
        }
    }

    private void refusedFor(String code, Consumer<TestCall> flaw) throws Exception {
        TestCall call = new TestCall(grant("api-key"));
        flaw.accept(call);
        refused(redeem("node-default-node-1", call.startedRecord(), REFERENCE, NONCE));
        assertThat(refusals(call)).as(code).containsExactly(code);
    }

    private static List<String> refusals(TestCall call) {
        return refusals(call, "code");
    }

    private static List<String> refusals(TestCall call, String attribute) {
        return vault.statements().stream()
                .filter(s -> s.statement().subject().name().equals("proposal:" + call.proposalId))
                .map(s -> s.predicate(Audit.class))
                .filter(audit -> audit.event() == AuditEvent.SECRET_REFUSED)
                .map(audit -> String.valueOf(audit.attributes().get(attribute)))
                .toList();
    }

    private static void refused(RunningVault.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("SECRET_NOT_AVAILABLE");
    }

    private static SecretGrant grant(String name) {
        return new SecretGrant("vault://" + TestAccess.WORKSPACE + "/" + name, 1, "pipe", List.of());
    }

    private static void put(String name, Map<String, String> headers) throws Exception {
        RunningVault.Answer answer = vault.put(TestAccess.OWNER, name, VALUE, headers);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private static RunningVault.Answer redeem(String identity, TestCall call, String nonce) throws Exception {
        return redeem(identity, call.startedRecord(), REFERENCE, nonce);
    }

    private static RunningVault.Answer redeem(String identity, String started, String reference, String nonce)
            throws Exception {
        return vault.as(
                identity,
                "POST",
                REDEEM,
                Map.of("reference", reference, "client_nonce", nonce, "started_record", started));
    }
}
