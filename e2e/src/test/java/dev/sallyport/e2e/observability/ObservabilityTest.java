package dev.sallyport.e2e.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetOptions;
import dev.sallyport.testkit.http.OtlpCollector;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the running fleet tells those who watch it, and does not tell. */
class ObservabilityTest {
    private static final List<String> PARTS = List.of(
            "policy-service",
            "approval-service",
            "executor-service",
            "attestation-service",
            "vault-service",
            "node-default-node-1");

    private static final OtlpCollector collector = new OtlpCollector();
    private static Fleet fleet;
    private static Calls calls;

    @BeforeAll
    static void start() {
        FleetOptions options = FleetOptions.in(Fleet.newHome()).replicas(1).nodes(1);
        for (String part : PARTS) {
            options = options.property(
                            part, "management.opentelemetry.tracing.export.otlp.endpoint", collector.endpoint())
                    .property(part, "management.opentelemetry.tracing.export.schedule-delay", "1s");
        }
        fleet = options.start();
        calls = new Calls(fleet);
    }

    @AfterAll
    static void stop() {
        fleet.close();
        collector.close();
    }

    @Test
    void theProcessesShowExactlyTheDocumentedMetricsAndAllThatAlarmsAndDashboardsAskFor() {
        calls.propose(Calls.run("uname", "-s"), 60);
        MetricsReader prometheus = new MetricsReader(fleet, "prometheus");
        Map<String, List<Object>> documented = Observability.documented();
        assertThat(documented).hasSizeGreaterThan(40);
        Scrape scrape = Awaitility.await("every process to have read its tables")
                .atMost(Duration.ofMinutes(2))
                .until(prometheus::all, now -> now.own().keySet().containsAll(documented.keySet()));
        assertThat(scrape.own()).isEqualTo(documented);
        for (Observability.Query query : Observability.queries()) {
            query.metrics().forEach((metric, labels) -> {
                assertThat(scrape.names()).as(query.toString()).contains(metric);
                assertThat(scrape.labels(metric)).as(query.toString()).containsAll(labels);
            });
        }
        assertThat(scrape.sum("sallyport_policy_decisions_total")).isPositive();
        assertThat(scrape.sum("sallyport_policy_evaluation_seconds_count")).isPositive();
        assertThat(scrape.sum("sallyport_node_start_seconds_count")).isPositive();
        assertThat(scrape.sum("sallyport_executor_claims_total")).isPositive();
        assertThat(scrape.sum("sallyport_ledger_entries")).isPositive();
        assertThat(scrape.sum("sallyport_executor_nodes")).isEqualTo(1);
        assertThat(scrape.sum("sallyport_outbox_relay_active")).isGreaterThanOrEqualTo(4);
        assertThat(scrape.sum("sallyport_vault_sealed")).isZero();
        // Nothing that a caller chose, and no identity, is a label.
        assertThat(scrape.values())
                .allSatisfy(value -> assertThat(value)
                        .hasSizeLessThan(120)
                        .doesNotContain("sp_", "agent:", "person:", "uname")
                        .doesNotContainPattern("[0-9A-HJKMNP-TV-Z]{26}"));
        MetricsReader node = new MetricsReader(fleet, "node-default-node-1");
        assertThat(node.urls())
                .allSatisfy(
                        url -> assertThat(node.get(url).statusCode()).as(url).isEqualTo(403));
    }

    @Test
    void oneCallIsOneTraceFromTheAgentToTheLedgerWhoeverMovedItOn() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        String proposal = fleet.agent()
                .post(
                        "/v1/proposals",
                        Calls.write("traced.txt", "argument-that-no-span-tells"),
                        Map.of("Prefer", "wait=1", "traceparent", "00-" + trace + "-b7ad6b7169203331-01"))
                .at("/proposal_id");
        calls.approve(proposal);
        assertThat(calls.awaitDone(proposal).at("/state/outcome")).isEqualTo("succeeded");
        assertThat(calls.statement(proposal, "tool-executed/v1")
                        .at("/issued/traceparent")
                        .stringValue())
                .contains(trace);
        Awaitility.await("the spans of every process")
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(collector.spans().stream()
                                .filter(span -> span.traceId().equals(trace))
                                .map(span -> span.service() + " " + span.name()))
                        .contains(
                                "policy-service http post /v1/proposals",
                                "approval-service receive ApprovalRequested",
                                "policy-service receive ApprovalResolved",
                                "executor-control receive ToolPermitted",
                                "executor-node run",
                                "policy-service receive ToolExecuted",
                                "attestation-service attest ToolProposed",
                                "attestation-service attest ApprovalResolved",
                                "attestation-service attest ToolExecuted",
                                "attestation-service attest AuditRecorded"));
        assertThat(collector.heard("traced.txt") || collector.heard("argument-that-no-span-tells"))
                .isFalse();
        assertThat(collector.heard(fleet.agentToken())).isFalse();
    }

    @Test
    void everyLogLineIsOneJsonObjectAndNoneTellsASecretOrIsForged() {
        String forged = "x\n{\"message\":\"forged-line\"}\u001b[31m";
        for (String field : List.of("tool", "session_id", "run_id", "channel")) {
            Map<String, Object> body = new HashMap<>(Map.of("tool", "echo", "arguments", Map.of("text", "x")));
            body.put(field, forged);
            assertThat(fleet.agent()
                            .post("/v1/proposals", Api.JSON.writeValueAsString(body), Map.of("Prefer", "wait=10"))
                            .status())
                    .as(field)
                    .isBetween(200, 499);
        }
        LogLines logs = new LogLines(fleet);
        assertThat(logs.lines()).isNotEmpty().allSatisfy(line -> {
            assertThat(line.at("/message").asString("")).isNotEqualTo("forged-line");
            assertThat(line.has("@timestamp")).isTrue();
        });
        assertThat(logs.text())
                .doesNotContain(fleet.agentToken(), "\u001b")
                .doesNotContainPattern("sp_(agt|per|ses|joi)_[0-9A-Za-z]{20}");
    }
}
