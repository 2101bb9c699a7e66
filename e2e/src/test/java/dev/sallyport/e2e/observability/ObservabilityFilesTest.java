package dev.sallyport.e2e.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.e2e.observability.Observability.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Alarms, monitors and dashboards by themselves; ObservabilityTest compares them with a running fleet. */
class ObservabilityFilesTest {
    private static final Set<String> MONITOR_ENDPOINT = Set.of("port", "scheme", "path", "interval", "tlsConfig");

    @Test
    void everyAlarmSaysWhatToDoAndHowBadItIs() {
        List<Map<String, Object>> rules = Observability.rules();
        assertThat(rules).hasSizeGreaterThanOrEqualTo(20);
        Set<String> names = new HashSet<>();
        for (Map<String, Object> rule : rules) {
            assertThat(rule.keySet()).containsExactlyInAnyOrder("alert", "expr", "for", "labels", "annotations");
            assertThat(names.add(Observability.text(rule, "alert"))).isTrue();
            assertThat(Observability.text(rule, "alert")).matches("Sallyport[A-Za-z]+");
            assertThat(Observability.text(rule, "for")).matches("[0-9]+m");
            assertThat(Observability.text(Observability.map(rule, "labels"), "severity"))
                    .isIn("critical", "warning", "info");
            Map<String, Object> words = Observability.map(rule, "annotations");
            assertThat(words.keySet()).containsExactlyInAnyOrder("summary", "description");
            assertThat(Observability.text(words, "description").length()).isGreaterThan(60);
        }
    }

    @Test
    void everyAlarmIsNamedInTheDocumentationOfItsMetric() {
        String page = Fleet.read(Repository.root().resolve("docs/metrics.md"));
        for (Map<String, Object> rule : Observability.rules()) {
            String name = Observability.text(rule, "alert").substring("Sallyport".length());
            assertThat(Pattern.compile("\\b" + name + "\\b").matcher(page).find())
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void everyProcessIsReadOverMutualTlsWithTheNameInItsCertificate() {
        List<String> read = new ArrayList<>();
        for (Map<String, Object> monitor : Observability.documents("monitors.yaml")) {
            assertThat(monitor.keySet()).containsExactlyInAnyOrder("apiVersion", "kind", "metadata", "spec");
            boolean pods = Observability.text(monitor, "kind").equals("PodMonitor");
            Map<String, Object> spec = Observability.map(monitor, "spec");
            String list = pods ? "podMetricsEndpoints" : "endpoints";
            assertThat(spec.keySet()).containsExactlyInAnyOrder("selector", list);
            Map<String, Object> endpoint = Observability.map(
                    Map.of("only", Observability.list(spec, list).getFirst()), "only");
            assertThat(endpoint.keySet()).isEqualTo(MONITOR_ENDPOINT);
            assertThat(endpoint).containsEntry("scheme", "https").containsEntry("path", "/actuator/prometheus");
            Map<String, Object> tls = Observability.map(endpoint, "tlsConfig");
            assertThat(tls.keySet()).containsExactlyInAnyOrder("serverName", "ca", "cert", "keySecret");
            read.add(Observability.text(tls, "serverName"));
        }
        assertThat(read)
                .containsExactlyInAnyOrder(
                        "policy-service",
                        "approval-service",
                        "executor-service",
                        "attestation-service",
                        "vault-service",
                        "executor-node");
    }

    @Test
    void dashboardsHaveDistinctPanelsThatAllAskSomething() {
        for (String file : List.of("fleet", "decisions")) {
            JsonNode dashboard = Api.JSON.readTree(Fleet.read(
                    Repository.root().resolve("deploy/k8s/components/observability/dashboards/" + file + ".json")));
            assertThat(dashboard.at("/uid").stringValue()).isEqualTo("sallyport-" + file);
            Set<Integer> ids = new HashSet<>();
            for (JsonNode panel : dashboard.at("/panels")) {
                assertThat(ids.add(panel.at("/id").intValue())).isTrue();
                assertThat(panel.at("/type").stringValue().equals("row"))
                        .isEqualTo(panel.path("targets").isEmpty());
            }
        }
        assertThat(Observability.queries()).hasSizeGreaterThan(70);
    }

    @Test
    void aQueryNamesItsMetricsAndTheirLabels() {
        assertThat(new Query("x", "sum by (le, a) (rate(m_bucket{b=\"rate(n[5m])\",c!~\"d\"}[5m])) / max(o) > 3")
                        .metrics())
                .isEqualTo(Map.of("m_bucket", Set.of("le", "a", "b", "c"), "o", Set.of("le", "a")));
        assertThatThrownBy(() -> new Query("x", "sum(rate(m[5m])").metrics()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> new Query("x", "1 + 1").metrics()).isInstanceOf(AssertionError.class);
    }
}
