package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

class RequestsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();

    @Test
    void aForgedRequestCreatesNoRecordAndAGenuineOneDoes() {
        AskedCall wrongService =
                AskedCall.in(workspace).forgedBy("vault-service").build();
        service.send(wrongService);
        AskedCall altered = AskedCall.in(workspace).build();
        byte[] bytes = altered.request().encode();
        String text = new String(bytes, StandardCharsets.US_ASCII);
        int signature = text.indexOf("\"sig\":\"") + 10;
        byte[] other = bytes.clone();
        other[signature] = (byte) (other[signature] == 'A' ? 'B' : 'A');
        service.send(StatementType.APPROVAL_REQUESTED, altered.proposalId, other);
        service.send(
                StatementType.APPROVAL_REQUESTED, altered.proposalId, "not a record".getBytes(StandardCharsets.UTF_8));

        AskedCall genuine = service.ask(AskedCall.in(workspace));

        // The three go to the dead letters, in whatever order the partitions are read.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                service.read("attestation-service", "ApprovalRequested.dlt", Duration.ofSeconds(20)))
                        .hasSizeGreaterThanOrEqualTo(3));
        assertThat(service.state(genuine)).isEqualTo("pending");
        assertThat(service.state(wrongService)).isEqualTo("none");
        assertThat(service.state(altered)).isEqualTo("none");
    }

    @Test
    void aRequestThatTakesAnotherOnesIdIsPutAsideAndHoldsNothingUp() {
        AskedCall first = service.ask(AskedCall.in(workspace));
        AskedCall second = AskedCall.in(workspace)
                .withIdOf(first)
                .showing("Delete everything", "{}")
                .build();

        service.send(second);
        service.ask(AskedCall.in(workspace));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                service.read("attestation-service", "ApprovalRequested.dlt", Duration.ofSeconds(20)))
                        .anyMatch(record -> new String(record.value(), StandardCharsets.US_ASCII)
                                .contains(second.request().signed().envelope().toJsonText())));
        assertThat(service.bean(JdbcClient.class)
                        .sql("select summary from approval_record where id = :id")
                        .param("id", first.approvalId)
                        .query(String.class)
                        .single())
                .isEqualTo("Run the program cp with 2 arguments");
    }

    @Test
    void aRepeatedRequestIsOneRecord() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        service.send(call);
        service.send(call);
        AskedCall next = service.ask(AskedCall.in(workspace));

        assertThat(service.state(next)).isEqualTo("pending");
        assertThat(service.bean(JdbcClient.class)
                        .sql("select count(*) from approval_record where proposal_id = :id")
                        .param("id", call.proposalId)
                        .query(Long.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void theEndOfTheCallClosesWhatIsOpen() {
        AskedCall call = service.ask(AskedCall.in(workspace));

        service.send(StatementType.AUDIT, call.proposalId, call.ended().encode());

        await().atMost(SOON).until(() -> service.state(call).equals("cancelled"));
        service.policy.operator(workspace, "person:ada");
        Api.Answer late = Api.withToken(service, service.policy.token(workspace, "person:ada"))
                .approve(call);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.code()).isEqualTo("ALREADY_RESOLVED");
    }

    @Test
    void theEndOfACallThatNobodyIsAskedAboutLeavesNoTrace() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        StatementRecord allowed = AskedCall.in(workspace).endOfAnAllowedCall();

        // Under one key, so that they are read in this order.
        service.send(StatementType.AUDIT, call.proposalId, allowed.encode());
        service.send(StatementType.AUDIT, call.proposalId, call.ended().encode());
        await().atMost(SOON).until(() -> service.state(call).equals("cancelled"));

        assertThat(marks(call.ended())).isEqualTo(1);
        assertThat(marks(allowed)).isZero();
    }

    private int marks(StatementRecord record) {
        return service.jdbc()
                .sql("select count(*) from kit_inbox where digest = :digest")
                .param("digest", record.digest().bytes())
                .query(Integer.class)
                .single();
    }

    @Test
    void aRequestThatComesAfterTheEndOfItsCallBeginsCancelled() {
        AskedCall call = AskedCall.in(workspace).build();
        service.send(StatementType.AUDIT, call.proposalId, call.ended().encode());
        await().atMost(SOON)
                .until(() -> service.bean(JdbcClient.class)
                                .sql("select count(*) from ended_call where proposal_id = :id")
                                .param("id", call.proposalId)
                                .query(Long.class)
                                .single()
                        == 1);

        service.send(call);

        await().atMost(SOON).until(() -> service.state(call).equals("cancelled"));
    }

    @Test
    void theRecordShowsThePromptWhoseDigestAnAnswerNames() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        service.policy.operator(workspace, "person:ada");
        Api ada = Api.withToken(service, service.policy.token(workspace, "person:ada"));

        JsonNode record = ada.get("/v1/approvals/" + call.approvalId).body();

        assertThat(record.path("prompt_digest").asString("")).isEqualTo(call.promptDigest.hex());
        var shown = new ByteArrayOutputStream();
        shown.writeBytes(Base64.getDecoder().decode(record.path("prompt_salt").asString("")));
        shown.writeBytes(CanonicalJson.write(record.path("prompt")));
        assertThat(Digest.of(shown.toByteArray())).isEqualTo(call.promptDigest);
        assertThat(record.at("/prompt/arguments/executable").asString("")).isEqualTo("cp");
        assertThat(record.at("/obligations/approver_role").asString("")).isEqualTo("operator");
        assertThat(record.at("/risk/level").asString("")).isEqualTo("medium");
        assertThat(record.path("summary").asString("")).isEqualTo("Run the program cp with 2 arguments");
    }

    @Test
    void theListPagesThroughEverythingOnceNewestFirst() {
        List<String> asked = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            asked.addFirst(service.ask(AskedCall.in(workspace)).approvalId);
        }
        service.policy.operator(workspace, "person:ada");
        Api ada = Api.withToken(service, service.policy.token(workspace, "person:ada"));

        List<String> listed = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = ada.get("/v1/approvals?state=pending&limit=2&after=" + after)
                    .body();
            page.path("items")
                    .forEach(item -> listed.add(item.path("approval_id").asString("")));
            after = page.path("next").asString("");
        } while (!after.isEmpty());

        assertThat(listed).containsExactlyElementsOf(asked);
        assertThat(ada.get("/v1/approvals?state=denied").body().path("items")).isEmpty();
        assertThat(ada.get("/v1/approvals?state=nonsense").status()).isEqualTo(400);
        assertThat(ada.get("/v1/approvals?limit=0").status()).isEqualTo(400);
    }

    @Test
    void theListReadsNothingOfTheLargeRows() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        service.policy.operator(workspace, "person:ada");
        Api ada = Api.withToken(service, service.policy.token(workspace, "person:ada"));

        Api.Answer listed = service.bean(TransactionTemplate.class).execute(status -> {
            // Whoever reads one of these rows now would wait for the end of this transaction.
            service.bean(JdbcClient.class)
                    .sql("lock table approval_request in access exclusive mode")
                    .update();
            return ada.get("/v1/approvals");
        });

        assertThat(Objects.requireNonNull(listed).status()).isEqualTo(200);
        JsonNode item = listed.body().at("/items/0");
        assertThat(item.path("approval_id").asString("")).isEqualTo(call.approvalId);
        assertThat(item.path("session_id").asString("")).isEqualTo("session-1");
        assertThat(item.path("run_id").asString("")).isEqualTo("run-1");
        assertThat(item.has("prompt")).isFalse();
    }

    @Test
    void aPromptIsForgottenAfterTheEndAndNeverBefore() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        service.policy.operator(workspace, "person:ada");
        Api ada = Api.withToken(service, service.policy.token(workspace, "person:ada"));
        String path = "/v1/approvals/" + call.approvalId;

        forgetWhatWasResolvedUntilNow();
        assertThat(ada.get(path).body().has("prompt")).isTrue();
        assertThatThrownBy(() -> service.bean(JdbcClient.class)
                        .sql("update approval_request set prompt = null where id = :id")
                        .param("id", call.approvalId)
                        .update())
                .hasMessageContaining("only ever forgotten, after the end");

        assertThat(ada.deny(call).status()).isEqualTo(200);
        service.bean(Approvals.class).forget(Duration.ofDays(7));
        assertThat(ada.get(path).body().has("prompt")).isTrue();
        assertThat(ada.get(path).body().at("/resolutions/0/reason").asString()).isEqualTo("as agreed");
        Instant changed = changedAt(call);
        forgetWhatWasResolvedUntilNow();

        JsonNode record = ada.get(path).body();
        assertThat(changedAt(call)).as("nobody looks again for that").isEqualTo(changed);
        assertThat(record.path("summary").asString("none")).isEmpty();
        assertThat(record.at("/resolutions/0/reason").asString("none")).isEmpty();
        assertThat(record.at("/resolutions/0/principal").asString()).isEqualTo("person:ada");
        assertThat(record.has("prompt")).isFalse();
        assertThat(record.has("prompt_salt")).isFalse();
        assertThat(record.path("prompt_digest").asString("")).isEqualTo(call.promptDigest.hex());
    }

    private void forgetWhatWasResolvedUntilNow() {
        service.bean(Approvals.class).forget(Duration.ZERO);
    }

    private Instant changedAt(AskedCall call) {
        return service.jdbc()
                .sql("select changed_at from approval_record where id = :id")
                .param("id", call.approvalId)
                .query((rs, n) -> rs.getTimestamp(1).toInstant())
                .single();
    }

    @Test
    void anAnswerThatLeavesTheRecordOpenCountsAsAChange() {
        AskedCall call = service.ask(AskedCall.in(workspace).quorum(2));
        service.policy.operator(workspace, "person:ada");
        Instant asked = changedAt(call);

        assertThat(Api.withToken(service, service.policy.token(workspace, "person:ada"))
                        .approve(call)
                        .state())
                .isEqualTo("pending");

        assertThat(changedAt(call)).isAfter(asked);
    }
}
