package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.http.OtlpCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class TelemetryTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final OtlpCollector collector = new OtlpCollector();
    private static RunningService service;

    @BeforeAll
    static void start() {
        service = RunningService.start(Map.of(
                "management.opentelemetry.tracing.export.otlp.endpoint",
                collector.endpoint(),
                "management.opentelemetry.tracing.export.schedule-delay",
                "200ms",
                "sallyport.replica",
                "replica-7"));
    }

    @AfterAll
    static void stop() {
        service.close();
        collector.close();
    }

    @Test
    void aTraceGoesOnOverOutboxKafkaAndInbox() {
        try (Traces.Scope _ = service.bean(Traces.class).resume("00-" + TRACE + "-b7ad6b7169203331-01", "test")) {
            service.bean(TinyService.Announcements.class).announce("thing:traced", AuditEvent.CONFIG_CHANGED, false);
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(collector.spans()).anySatisfy(span -> {
                    assertThat(span.traceId()).isEqualTo(TRACE);
                    assertThat(span.name()).startsWith("receive ");
                    assertThat(span.service()).isNotEmpty();
                }));
    }

    @Test
    void metricsCarryServiceAndReplicaAndTheConsumersLag() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(metrics()
                                .lines()
                                .filter(line -> line.startsWith("sallyport_") || line.startsWith("kafka_")))
                        .allSatisfy(line -> assertThat(line).contains("replica=\"replica-7\"", "service=\""))
                        .anyMatch(line -> line.startsWith("sallyport_outbox_oldest_seconds") && line.contains("unsent"))
                        .anyMatch(line ->
                                line.startsWith("sallyport_certificate_expiry_seconds") && line.contains("signing"))
                        .anyMatch(line -> line.startsWith("sallyport_denylist_age_seconds"))
                        .anyMatch(line -> line.startsWith("kafka_consumer_fetch_manager_records_lag_max"))
                        .noneMatch(line -> line.startsWith("kafka_producer")));
        assertThat(metrics())
                .contains("http_server_requests_seconds_bucket", "hikaricp_connections", "jvm_memory_used");
    }

    @Test
    void whatComesFromOutsideForgesNoLogLine(CapturedOutput output) {
        // The appender writes to the stream that was there when it was made.
        service.restart();
        String hostile = "x\n{\"message\":\"forged\"}\r\u001b[31m\u2028\"},{\"\0";
        try (Traces.Scope _ = Traces.proposal("01J0000000000000000000000A");
                Traces.Scope _ = service.bean(Traces.class).resume("00-" + TRACE + "-b7ad6b7169203331-01", "test")) {
            LoggerFactory.getLogger(TelemetryTest.class)
                    .warn("hostile {}", hostile, new IllegalStateException(hostile));
        }
        List<JsonNode> lines = output.getOut()
                .lines()
                .filter(line -> line.contains("hostile "))
                .map(line -> Objects.requireNonNull(JsonMapper.shared().readTree(line)))
                .toList();
        assertThat(lines).hasSize(1);
        JsonNode line = lines.getFirst();
        assertThat(line.at("/message").stringValue()).isEqualTo("hostile " + hostile);
        assertThat(line.at("/proposal_id").stringValue()).isEqualTo("01J0000000000000000000000A");
        assertThat(line.at("/trace_id").stringValue()).isEqualTo(TRACE);
        assertThat(output.getOut()).doesNotContain("\u001b");
        assertThat(output.getOut().lines()).noneMatch(each -> each.startsWith("{\"message\":\"forged\""));
    }

    private static String metrics() {
        try {
            var answer = Client.of("prometheus").get(service.internal("/actuator/prometheus"));
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
