package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

class StrictParseTest {
    static List<String> overlays() {
        return Rendered.everything().toList();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyFieldOfEveryManifestIsKnown(String overlay) {
        List<ObjectNode> objects = Rendered.of(overlay);
        assertThat(objects).hasSizeGreaterThan(40);
        List<String> wrong = new ArrayList<>();
        for (ObjectNode object : objects) {
            StrictObjects.problems(object).forEach(problem -> wrong.add(Rendered.nameOf(object) + ": " + problem));
        }
        assertThat(wrong).isEmpty();
    }

    /** A misspelt field at each depth, and one in each custom resource. */
    @ParameterizedTest
    @CsvSource({
        "Deployment sallyport/policy-service, /spec",
        "Deployment sallyport/policy-service, /spec/template/spec",
        "Deployment sallyport/policy-service, /spec/template/spec/containers/0/securityContext",
        "StatefulSet sallyport-nodes/executor-node, /spec/template/spec/topologySpreadConstraints/0",
        "NetworkPolicy sallyport/vault-service, /spec/egress/0",
        "HorizontalPodAutoscaler sallyport/policy-service, /spec/metrics/0/resource",
        "CronJob sallyport/ledger-fsck, /spec/jobTemplate/spec",
        "Ingress sallyport/sallyport, /spec/rules/0/http/paths/0",
        "ScaledObject sallyport/executor-service, /spec",
        "Kafka sallyport/kafka, /spec/kafka/listeners/0",
        "KafkaNodePool sallyport/brokers, /spec",
        "KafkaTopic sallyport/toolproposed, /spec",
        "KafkaUser sallyport/policy-service, /spec/authorization/acls/0/resource",
        "Cluster sallyport/postgresql, /spec/managed/roles/0",
        "Database sallyport/policy-service, /spec",
        "ServiceMonitor sallyport/sallyport-policy-service, /spec/endpoints/0/tlsConfig",
        "PodMonitor sallyport-nodes/sallyport-executor-node, /spec/podMetricsEndpoints/0",
        "PrometheusRule sallyport/sallyport, /spec/groups/0/rules/0"
    })
    void aMisspeltFieldIsFound(String name, String pointer) {
        ObjectNode object = Rendered.of("strimzi-cnpg+" + Rendered.OBSERVABILITY).stream()
                .filter(each -> Rendered.nameOf(each).equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(StrictObjects.problems(object)).isEmpty();
        ((ObjectNode) object.at(pointer)).put("selektor", "x");
        assertThat(StrictObjects.problems(object)).singleElement().asString().contains("selektor");
    }
}
