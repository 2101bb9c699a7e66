package dev.sallyport.approval.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.CallEnd;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

class WebhooksTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();
    private final Receiver receiver = Receiver.plain();
    private final Api owner = known("person:owner", Permission.CONFIG_MANAGE);
    private final Api ada = known("person:ada", Permission.APPROVAL_READ, Permission.APPROVAL_RESOLVE);

    private Api known(String name, Permission... permissions) {
        service.policy.member(
                workspace,
                name,
                Set.of("operator"),
                List.of(permissions).stream().map(Permission::code).toList());
        return Api.withToken(service, service.policy.token(workspace, name));
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private JsonNode add(String path, String more) {
        Api.Answer added = owner.post("/v1/webhooks", "{\"url\":\"" + receiver.url(path) + "\"" + more + "}");
        assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
        return added.body();
    }

    private String addedId(String path) {
        return add(path, "").at("/webhook/webhook_id").asString();
    }

    private List<Receiver.Taken> taken(int atLeast) {
        await().atMost(SOON).until(() -> receiver.taken().size() >= atLeast);
        return receiver.taken();
    }

    private JsonNode messages(String webhook, String state) {
        return owner.get("/v1/webhooks/" + webhook + "/messages?state=" + state)
                .body()
                .path("items");
    }

    @Test
    void aQuestionAndItsEndAreToldWithASignatureAndWithoutArguments() {
        JsonNode added = add("/hook", "");
        AskedCall call = service.ask(AskedCall.in(workspace).risk("high").askedBy("agent:demo"));
        JsonNode pending = taken(1).getFirst().json();
        assertThat(ada.deny(call).status()).isEqualTo(200);
        JsonNode resolved = taken(2).getLast().json();

        assertThat(pending.path("type").asString()).isEqualTo("approval.pending");
        assertThat(pending.at("/data/approval_id").asString()).isEqualTo(call.approvalId);
        assertThat(pending.at("/data/tool").asString()).isEqualTo("process.run");
        assertThat(pending.at("/data/principal").asString()).isEqualTo("agent:demo");
        assertThat(pending.at("/data/risk").asString()).isEqualTo("high");
        assertThat(pending.at("/data/link").asString()).endsWith("/console/approvals/" + call.approvalId);
        assertThat(resolved.path("type").asString()).isEqualTo("approval.resolved");
        assertThat(resolved.at("/data/state").asString()).isEqualTo("denied");
        assertThat(resolved.at("/data/code").asString()).isEqualTo("DENIED_BY_APPROVER");
        WebhookSecret secret = WebhookSecret.of(
                Base64.getDecoder().decode(added.path("secret").asString().substring("whsec_".length())));
        assertThat(receiver.taken()).hasSize(2).allSatisfy(taken -> {
            assertThat(taken.path()).isEqualTo("/hook");
            assertThat(taken.body()).doesNotContain("report.txt", "Run the program", "person:ada");
            assertThat(taken.signature())
                    .isEqualTo(secret.sign(
                            taken.id(), Instant.ofEpochSecond(Long.parseLong(taken.timestamp())), taken.body()));
        });
        assertThat(receiver.taken()).extracting(Receiver.Taken::id).doesNotHaveDuplicates();
        assertThat(service.jdbc()
                        .sql("select address from webhook where workspace_id = :workspace")
                        .param("workspace", workspace)
                        .query(String.class)
                        .single())
                .isEqualTo(receiver.url("/hook"));
        JsonNode listed = owner.get("/v1/webhooks").body();
        assertThat(listed.at("/items/0/host").asString()).isEqualTo("localhost:" + receiver.port());
        assertThat(listed.toString()).doesNotContain("/hook", "whsec_");
    }

    @Test
    void thatAnotherGroupIsAskedIsToldWithoutNamingAnybody() {
        add("/hook", ",\"events\":[\"approval.escalated\"]");
        add("/slack", ",\"format\":\"slack\"");
        AskedCall call = service.ask(AskedCall.in(workspace)
                .ofGroups("ops", "person:nobody-there", Duration.ofSeconds(1), "leads", "person:ada"));
        List<Receiver.Taken> taken = taken(3);

        JsonNode escalated = taken.stream()
                .filter(each -> each.path().equals("/hook"))
                .findFirst()
                .orElseThrow()
                .json();
        assertThat(escalated.path("type").asString()).isEqualTo("approval.escalated");
        assertThat(escalated.at("/data/approval_id").asString()).isEqualTo(call.approvalId);
        assertThat(escalated.at("/data/state").asString()).isEqualTo("pending");
        assertThat(escalated.at("/data/escalated_at").asString()).isNotEmpty();
        assertThat(escalated.toString()).doesNotContain("person:ada", "leads");
        assertThat(taken.stream()
                        .filter(each -> each.path().equals("/slack"))
                        .map(each -> each.json().path("text").asString()))
                .hasSize(2)
                .anyMatch(text -> text.startsWith("Approval needed: "))
                .anyMatch(text -> text.startsWith("Approval needed, nobody has answered yet: "));
    }

    @Test
    void aSlackWebhookGetsATextAndOnlyWhatItAskedFor() {
        add("/slack", ",\"format\":\"slack\",\"events\":[\"approval.resolved\"]");
        AskedCall call = service.ask(AskedCall.in(workspace).askedBy("agent:demo"));
        service.send(StatementType.AUDIT, call.proposalId, call.ended().encode());

        JsonNode body = taken(1).getFirst().json();
        assertThat(body.propertyNames()).containsExactly("text");
        assertThat(body.path("text").asString())
                .startsWith("Approval cancelled: process.run, asked for by agent:demo (risk medium). <http")
                .endsWith("/console/approvals/" + call.approvalId + "|Open>");
        assertThat(receiver.taken()).hasSize(1);
    }

    @Test
    void whatAGrantAnswersOrHadEndedBeforeIsToldToNobody() {
        String webhook = addedId("/hook");
        AskedCall first = service.ask(AskedCall.in(workspace).offeringMore());
        assertThat(ada.post(
                                "/v1/approvals/" + first.approvalId + ":deny",
                                "{\"prompt_digest\":\"" + first.promptDigest.hex() + "\",\"scope\":\"session\"}")
                        .status())
                .isEqualTo(200);
        AskedCall second = service.ask(AskedCall.in(workspace).offeringMore());
        assertThat(service.state(second)).isEqualTo("denied");

        taken(2);
        assertThat(messages(webhook, ""))
                .hasSize(2)
                .allSatisfy(message ->
                        assertThat(message.path("approval_id").asString()).isEqualTo(first.approvalId));
    }

    @Test
    void aMessageIsWrittenWithWhatItTellsOrNotAtAll() {
        String webhook = addedId("/hook");
        AskedCall call = service.ask(AskedCall.in(workspace));
        taken(1);
        CallEnd end = new CallEnd(CallOutcome.CANCELLED, "CANCELLED", null, Instant.now());
        TransactionTemplate transaction = service.bean(TransactionTemplate.class);
        Runnable ended = () -> service.bean(Approvals.class).callEnded(workspace, new ProposalId(call.proposalId), end);

        transaction.executeWithoutResult(status -> {
            ended.run();
            status.setRollbackOnly();
        });
        assertThat(service.state(call)).isEqualTo("pending");
        assertThat(messages(webhook, "")).hasSize(1);

        transaction.executeWithoutResult(_ -> ended.run());
        assertThat(service.state(call)).isEqualTo("cancelled");
        assertThat(messages(webhook, "")).hasSize(2);
    }

    @Test
    void aWorkerThatDiesBetweenSendingAndNotingSendsTheSameMessageAgain() throws Exception {
        String webhook = addedId("/hook");
        CountDownLatch killed = new CountDownLatch(1);
        AtomicInteger terminated = new AtomicInteger();
        receiver.first(() -> {
            if (killed.getCount() > 0) {
                terminated.addAndGet(
                        service.jdbc().sql("""
                                select count(*) from (select pg_terminate_backend(a.pid) from pg_stat_activity a
                                  join pg_locks l on l.pid = a.pid and l.relation = 'webhook_message'::regclass
                                  where a.state = 'idle in transaction' and a.datname = current_database()) t""").query(Integer.class).single());
                killed.countDown();
            }
        });

        service.ask(AskedCall.in(workspace));

        List<Receiver.Taken> taken = taken(2);
        assertThat(terminated.get()).isPositive();
        assertThat(taken)
                .extracting(Receiver.Taken::id)
                .containsOnly(taken.getFirst().id());
        assertThat(taken)
                .extracting(Receiver.Taken::body)
                .containsOnly(taken.getFirst().body());
        await().atMost(SOON).until(() -> messages(webhook, "delivered").size() == 1);
    }

    @Test
    void manyWorkersSendEachMessageOnce() throws Exception {
        AskedCall call = service.ask(AskedCall.in(workspace));
        String webhook = addedId("/hook");
        int many = 40;
        service.jdbc()
                .sql("""
                        insert into webhook_message (workspace_id, id, webhook_id, approval_id, event, body)
                        select :workspace, '01KB7D2M9Q4T8WZ6Y3XNVR' || lpad(n::text, 4, '0'), :webhook, :approval,
                          'approval.pending', '{}' from generate_series(1, :many) n""")
                .param("workspace", workspace)
                .param("webhook", webhook)
                .param("approval", call.approvalId)
                .param("many", many)
                .update();
        WebhookDelivery delivery = service.bean(WebhookDelivery.class);
        List<Future<Boolean>> workers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < 3; worker++) {
                workers.add(threads.submit(() -> {
                    while (delivery.sendOne()) {
                        // The next one.
                    }
                    return true;
                }));
            }
        }
        for (Future<Boolean> worker : workers) {
            assertThat(worker.get()).isTrue();
        }
        await().atMost(SOON).until(() -> messages(webhook, "waiting").isEmpty());
        assertThat(receiver.taken()).hasSize(many);
        assertThat(new HashSet<>(
                        receiver.taken().stream().map(Receiver.Taken::id).toList()))
                .hasSize(many);
    }

    @Test
    void whatIsNeverTakenIsDeadAndCanBeSentAgainByHand() {
        String webhook = addedId("/hook");
        receiver.answer(500);
        service.ask(AskedCall.in(workspace));
        await().atMost(SOON).until(() -> messages(webhook, "dead").size() == 1);

        JsonNode dead = messages(webhook, "dead").path(0);
        assertThat(dead.path("code").asString()).isEqualTo("REFUSED");
        assertThat(dead.path("status").asInt()).isEqualTo(500);
        assertThat(dead.path("attempts").asInt()).isEqualTo(3);
        String id = dead.path("message_id").asString();
        assertThat(receiver.taken())
                .hasSize(3)
                .allSatisfy(taken -> assertThat(taken.id()).isEqualTo(id));
        String again = "/v1/webhooks/" + webhook + "/messages/" + id + ":redeliver";

        receiver.answer(200);
        assertThat(owner.post(again, "{}").state()).isEqualTo("waiting");
        await().atMost(SOON).until(() -> messages(webhook, "delivered").size() == 1);
        assertThat(receiver.taken())
                .hasSize(4)
                .allSatisfy(taken -> assertThat(taken.id()).isEqualTo(id));
        assertThat(owner.post(again, "{}").code()).isEqualTo("MESSAGE_NOT_DEAD");
    }

    @Test
    void whatWaitsForTooLongIsGivenUpAndWhatIsOverIsForgotten() {
        String webhook = addedId("/hook");
        service.ask(AskedCall.in(workspace));
        await().atMost(SOON).until(() -> messages(webhook, "delivered").size() == 1);
        service.jdbc().sql("""
                        update webhook_message set state = 'waiting', ended_at = null, due_at = 'infinity',
                          queued_at = clock_timestamp() - interval '25 hours' where webhook_id = :id""").param("id", webhook).update();

        service.bean(WebhookDelivery.class).tidy();
        assertThat(messages(webhook, "dead").path(0).path("code").asString()).isEqualTo("TOO_OLD");

        service.jdbc()
                .sql("update webhook_message set ended_at = ended_at - interval '8 days' where webhook_id = :id")
                .param("id", webhook)
                .update();
        service.bean(WebhookDelivery.class).tidy();
        assertThat(messages(webhook, "")).isEmpty();
    }

    @Test
    void aWebhookIsTriedAndRemoved() {
        String webhook = addedId("/hook");
        Api.Answer tried = owner.post("/v1/webhooks/" + webhook + ":test", "{}");
        assertThat(tried.body().path("delivered").asBoolean()).isTrue();
        assertThat(receiver.taken().getFirst().json().path("type").asString()).isEqualTo("webhook.test");
        receiver.answer(403);
        assertThat(owner.post("/v1/webhooks/" + webhook + ":test", "{}")
                        .body()
                        .path("code")
                        .asString())
                .isEqualTo("REFUSED");

        assertThat(service.withToken(
                                service.policy.token(workspace, "person:owner"),
                                "DELETE",
                                "/v1/webhooks/" + webhook,
                                null)
                        .statusCode())
                .isEqualTo(204);
        service.ask(AskedCall.in(workspace));
        assertThat(owner.post("/v1/webhooks/" + webhook + ":test", "{}").status())
                .isEqualTo(404);
        assertThat(owner.get("/v1/webhooks").body().path("items")).isEmpty();
        assertThat(service.jdbc()
                        .sql("select count(*) from webhook_message where workspace_id = :workspace")
                        .param("workspace", workspace)
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(service.jdbc()
                        .sql("select count(*) from webhook where id = :id and secret is null and address = ''")
                        .param("id", webhook)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void whereNewsAreSentToIsStatedWithoutThePathOfTheAddress() {
        String webhook = addedId("/hook-with-a-secret");
        assertThat(service.withToken(
                                service.policy.token(workspace, "person:owner"),
                                "DELETE",
                                "/v1/webhooks/" + webhook,
                                null)
                        .statusCode())
                .isEqualTo(204);

        List<VerifiedRecord> stated = service.statements().stream()
                .filter(record -> record.statement().subject().name().equals("webhook:" + webhook))
                .toList();
        assertThat(stated)
                .extracting(record -> record.predicate(Audit.class).event())
                .containsExactly(AuditEvent.WEBHOOK_ADDED, AuditEvent.WEBHOOK_REMOVED);
        assertThat(stated).allSatisfy(record -> {
            Audit audit = record.predicate(Audit.class);
            assertThat(audit.actor()).isEqualTo("person:owner");
            assertThat(audit.attributes()).containsEntry("host", "localhost:" + receiver.port());
            assertThat(audit.attributes().toString()).doesNotContain("secret");
        });
    }

    @Test
    void onlyWhoManagesTheWorkspaceHasToDoWithItsWebhooks() {
        String webhook = addedId("/hook");
        String url = "{\"url\":\"" + receiver.url("/other") + "\"}";
        assertThat(ada.post("/v1/webhooks", url).status()).isEqualTo(403);
        assertThat(ada.get("/v1/webhooks").status()).isEqualTo(403);
        assertThat(ada.post("/v1/webhooks/" + webhook + ":test", "{}").status()).isEqualTo(403);

        String elsewhere = AskedCall.freshWorkspace();
        service.policy.member(elsewhere, "person:eve", Set.of("owner"), List.of(Permission.CONFIG_MANAGE.code()));
        Api eve = Api.withToken(service, service.policy.token(elsewhere, "person:eve"));
        assertThat(eve.post("/v1/webhooks/" + webhook + ":test", "{}").status()).isEqualTo(404);
        assertThat(eve.get("/v1/webhooks/" + webhook + "/messages").status()).isEqualTo(404);
        assertThat(eve.get("/v1/webhooks").body().path("items")).isEmpty();
        assertThat(owner.get("/v1/webhooks").body().path("items")).hasSize(1);
        assertThat(receiver.taken()).isEmpty();
    }

    @Test
    void anAddressThatNothingIsSentToIsNotAdded() {
        assertThat(refusal("http://hooks.example.com/a")).isIn("WEBHOOK_ADDRESS_REFUSED");
        assertThat(refusal("https://127.0.0.1/a")).isEqualTo("INVALID_REQUEST");
        assertThat(refusal("https://user@example.com/a")).isEqualTo("INVALID_REQUEST");
        assertThat(refusal("ftp://localhost/a")).isEqualTo("INVALID_REQUEST");
        assertThat(owner.post("/v1/webhooks", "{\"url\":\"" + receiver.url("/") + "\",\"format\":\"x\"}")
                        .code())
                .isEqualTo("INVALID_REQUEST");
        assertThat(owner.post("/v1/webhooks", "{\"url\":\"" + receiver.url("/") + "\",\"events\":[\"webhook.test\"]}")
                        .code())
                .isEqualTo("INVALID_REQUEST");
        for (int number = 0; number < 20; number++) {
            addedId("/" + number);
        }
        assertThat(refusal(receiver.url("/one-more"))).isEqualTo("TOO_MANY_WEBHOOKS");
    }

    private String refusal(String url) {
        return owner.post("/v1/webhooks", "{\"url\":\"" + url + "\"}").code();
    }
}
