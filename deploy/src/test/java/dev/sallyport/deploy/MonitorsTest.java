package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Each monitor finds the pods that it is for, at a port that they have, under a name that their certificate has. */
class MonitorsTest {
    private static final String MONITORED = "production+" + Rendered.OBSERVABILITY;

    static List<String> monitored() {
        return Rendered.OVERLAYS.stream()
                .map(overlay -> overlay + "+" + Rendered.OBSERVABILITY)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("monitored")
    void everyProcessIsReadByExactlyOneMonitor(String overlay) {
        List<ObjectNode> objects = Rendered.of(overlay);
        List<String> own = Workload.in(objects).stream()
                .filter(MonitorsTest::isOurs)
                .map(Workload::name)
                .toList();
        assertThat(own).hasSize(6);
        assertThat(read(objects)).containsExactlyInAnyOrderElementsOf(own);
    }

    /** What Kubernetes would not complain about: nothing would be read. */
    @ParameterizedTest
    @CsvSource({
        "ServiceMonitor sallyport/sallyport-executor-service, /spec/selector/matchLabels, app.kubernetes.io/name,"
                + " executor-control",
        "ServiceMonitor sallyport/sallyport-vault-service, /spec/endpoints/0, port, management",
        "ServiceMonitor sallyport/sallyport-vault-service, /metadata, namespace, default",
        "PodMonitor sallyport-nodes/sallyport-executor-node, /spec/podMetricsEndpoints/0/tlsConfig, serverName, node",
        "Service sallyport/policy-service, /metadata/labels, app.kubernetes.io/name, policy"
    })
    void aMonitorThatReadsNothingIsFound(String name, String pointer, String field, String value) {
        List<ObjectNode> objects = Rendered.of(MONITORED);
        int before = read(objects).size();
        ObjectNode changed = objects.stream()
                .filter(object -> Rendered.nameOf(object).equals(name))
                .findFirst()
                .orElseThrow();
        ((ObjectNode) changed.at(pointer)).put(field, value);
        assertThat(read(objects)).hasSize(before - 1);
    }

    @Test
    void monitorsShowTheCertificateOfPrometheusAndDemandTheFleets() {
        for (JsonNode endpoint : endpoints(Rendered.of(MONITORED))) {
            assertThat(endpoint.path("scheme").asString()).isEqualTo("https");
            assertThat(endpoint.path("path").asString()).isEqualTo("/actuator/prometheus");
            JsonNode tls = endpoint.path("tlsConfig");
            for (String secret : List.of("/ca/secret/name", "/cert/secret/name", "/keySecret/name")) {
                assertThat(tls.at(secret).asString()).isEqualTo("sallyport-prometheus");
            }
        }
    }

    private static boolean isOurs(Workload workload) {
        return workload.serves()
                && workload.mainContainer().path("image").asString().matches(".*(service|node)(:.*)?");
    }

    private static List<JsonNode> endpoints(List<ObjectNode> objects) {
        List<JsonNode> endpoints = new ArrayList<>();
        Rendered.ofKind(objects, "ServiceMonitor")
                .forEach(monitor -> monitor.at("/spec/endpoints").forEach(endpoints::add));
        Rendered.ofKind(objects, "PodMonitor")
                .forEach(monitor -> monitor.at("/spec/podMetricsEndpoints").forEach(endpoints::add));
        assertThat(endpoints).hasSize(6);
        return endpoints;
    }

    private static List<String> read(List<ObjectNode> objects) {
        List<Workload> workloads = Workload.in(objects);
        List<String> read = new ArrayList<>();
        for (JsonNode monitor : Rendered.ofKind(objects, "ServiceMonitor")) {
            for (JsonNode service : Rendered.ofKind(objects, "Service")) {
                if (!namespace(service).equals(namespace(monitor))
                        || !selects(monitor.at("/spec/selector/matchLabels"), service.at("/metadata/labels"))) {
                    continue;
                }
                for (JsonNode endpoint : monitor.at("/spec/endpoints")) {
                    service.at("/spec/ports")
                            .valueStream()
                            .filter(port -> named(port, endpoint.path("port").asString()))
                            .forEach(port -> workloads.stream()
                                    .filter(pod -> pod.namespace().equals(namespace(service)))
                                    .filter(pod -> selects(service.at("/spec/selector"), labels(pod)))
                                    .filter(pod ->
                                            answers(pod, port.path("targetPort").asString(), endpoint))
                                    .forEach(pod -> read.add(pod.name())));
                }
            }
        }
        for (JsonNode monitor : Rendered.ofKind(objects, "PodMonitor")) {
            for (JsonNode endpoint : monitor.at("/spec/podMetricsEndpoints")) {
                workloads.stream()
                        .filter(pod -> pod.namespace().equals(namespace(monitor)))
                        .filter(pod -> selects(monitor.at("/spec/selector/matchLabels"), labels(pod)))
                        .filter(pod -> answers(pod, endpoint.path("port").asString(), endpoint))
                        .forEach(pod -> read.add(pod.name()));
            }
        }
        return read;
    }

    /** At the internal connector's port, with the name that the pod asks for when it joins. */
    private static boolean answers(Workload pod, String port, JsonNode endpoint) {
        boolean listens = pod.mainContainer()
                .path("ports")
                .valueStream()
                .anyMatch(
                        each -> named(each, port) && each.path("containerPort").asInt() == 8443);
        String name = endpoint.at("/tlsConfig/serverName").asString();
        boolean named = pod.name().equals("vault-service")
                ? name.equals("vault-service") // It makes its own certificate.
                : pod.everyContainer().stream()
                        .flatMap(container -> container.path("args").valueStream())
                        .anyMatch(argument -> argument.asString().equals("--dns-name=" + name));
        return listens && named;
    }

    private static boolean named(JsonNode port, String name) {
        return port.path("name").asString("").equals(name);
    }

    private static JsonNode labels(Workload pod) {
        return pod.template().at("/metadata/labels");
    }

    private static boolean selects(JsonNode selector, JsonNode labels) {
        return !selector.isEmpty()
                && selector.propertyStream()
                        .allMatch(label -> Objects.equals(
                                label.getValue().asString(),
                                labels.path(label.getKey()).asString("")));
    }

    private static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asString("");
    }
}
