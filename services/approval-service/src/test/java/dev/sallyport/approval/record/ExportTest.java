package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExportTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();
    private final Api ada = Api.withToken(service, token("person:ada", "operator", Permission.APPROVAL_RESOLVE));
    private final String auditor = token("person:eve", "auditor", Permission.LEDGER_EXPORT);

    private String token(String name, String role, Permission more) {
        service.policy.member(workspace, name, Set.of(role), List.of(Permission.APPROVAL_READ.code(), more.code()));
        return service.policy.token(workspace, name);
    }

    private HttpResponse<String> export(String token, String query) {
        return service.withToken(token, "GET", "/v1/approvals:export" + query, null);
    }

    private List<JsonNode> lines(String query) {
        HttpResponse<String> answer = export(auditor, query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        assertThat(answer.body()).endsWith("\n");
        return answer.body().lines().map(JSON::readTree).toList();
    }

    @Test
    void eachLineHasTheQuestionItsAnswersAndTheDigestsOfBothStatements() {
        AskedCall answered = service.ask(AskedCall.in(workspace));
        assertThat(ada.deny(answered).status()).isEqualTo(200);
        AskedCall open = service.ask(AskedCall.in(workspace));
        service.ask(AskedCall.in(AskedCall.freshWorkspace()));

        List<JsonNode> lines = lines("");

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).at("/approval/approval_id").asString()).isEqualTo(open.approvalId);
        assertThat(lines.get(0).path("statements")).hasSize(1);
        JsonNode line = lines.get(1);
        assertThat(line.at("/approval/state").asString()).isEqualTo("denied");
        assertThat(line.at("/approval/resolutions/0/principal").asString()).isEqualTo("person:ada");
        assertThat(line.path("approval").has("prompt")).isFalse();
        assertThat(line.path("approval").has("may_answer")).isFalse();
        assertThat(line.at("/statements/0/type").asString()).isEqualTo("approval-requested/v1");
        assertThat(line.at("/statements/0/digest").asString())
                .isEqualTo(answered.request().digest().hex());
        assertThat(line.at("/statements/1/type").asString()).isEqualTo("approval-resolved/v1");
        VerifiedRecord stated = service.statements().stream()
                .filter(record -> record.statement().predicate() instanceof ApprovalResolved resolved
                        && resolved.approvalId().equals(answered.approvalId))
                .findFirst()
                .orElseThrow();
        assertThat(line.at("/statements/1/digest").asString())
                .isEqualTo(stated.digest().hex());
        assertThat(lines.get(2).toString()).isEqualTo("{\"end\":true,\"lines\":2}");
    }

    @Test
    void itHasEveryPageAndOnlyTheTimeThatIsAskedFor() {
        int many = 203;
        List<AskedCall> calls = IntStream.range(0, many)
                .mapToObj(_ -> AskedCall.in(workspace).build())
                .toList();
        calls.forEach(service::send);
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        calls.stream().noneMatch(call -> service.state(call).equals("none")));

        List<JsonNode> lines = lines("");

        assertThat(lines).hasSize(many + 1);
        assertThat(lines.subList(0, many))
                .extracting(line -> line.at("/approval/approval_id").asString())
                .containsExactlyInAnyOrderElementsOf(
                        calls.stream().map(call -> call.approvalId).toList());
        assertThat(lines("?to=2020-01-01")).hasSize(1);
        assertThat(export(auditor, "?from=yesterday").statusCode()).isEqualTo(400);
    }

    @Test
    void whoMayNotExportFromTheLedgerExportsNoApprovals() {
        String operator = token("person:bob", "operator", Permission.APPROVAL_RESOLVE);
        assertThat(export(operator, "").statusCode()).isEqualTo(403);
        assertThat(export(auditor, "").statusCode()).isEqualTo(200);
    }
}
