package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the services are configured with is something they know, and ports and names agree everywhere. */
class ConfigurationTest {
    private static final KnownProperties KNOWN = new KnownProperties();

    static List<String> overlays() {
        return Rendered.everything().toList();
    }

    @Test
    void aWrongNameIsNotKnown() {
        assertThat(KNOWN.contains("sallyport.public.port")).isTrue();
        assertThat(KNOWN.contains("sallyport.executor.role")).isTrue();
        assertThat(KNOWN.contains("sallyport.datasource.password-file")).isTrue();
        assertThat(KNOWN.contains("sallyport.vault.kubernetes.accounts[sallyport/policy-service]"))
                .isTrue();
        assertThat(KNOWN.contains("sallyport.public.prot")).isFalse();
        assertThat(KNOWN.contains("sallyport.vault.issuing")).isFalse();
        assertThat(KNOWN.contains("spring.kafka.bootstrap-server")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyKeyOfEveryConfigMapIsAPropertyThatTheServicesKnow(String overlay) throws IOException {
        Set<String> unknown = new TreeSet<>();
        int keys = 0;
        for (ObjectNode map : Rendered.ofKind(Rendered.of(overlay), "ConfigMap")) {
            for (var file : map.path("data").properties()) {
                if (file.getKey().endsWith(".properties")) {
                    Set<String> names = properties(file.getValue().asString()).stringPropertyNames();
                    keys += names.size();
                    names.stream().filter(name -> !KNOWN.contains(name)).forEach(unknown::add);
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(keys).isGreaterThan(30);
    }

    @Test
    void soAreThoseOfTheComposeFile() throws IOException {
        Set<String> unknown = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("containers/config"))) {
            for (Path file : files.toList()) {
                properties(Files.readString(file)).stringPropertyNames().stream()
                        .filter(name -> !KNOWN.contains(name))
                        .forEach(unknown::add);
            }
        }
        assertThat(unknown).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void portsAndNamesAgree(String overlay) throws IOException {
        List<ObjectNode> objects = Rendered.of(overlay);
        List<String> wrong = new ArrayList<>();
        List<Workload> workloads = Workload.in(objects);
        for (Workload workload : workloads) {
            probesAimAtPorts(workload, wrong);
            volumesExist(workload, objects, wrong);
        }
        for (ObjectNode service : Rendered.ofKind(objects, "Service")) {
            serviceAimsAtPods(service, workloads, wrong);
        }
        assertThat(wrong).isEmpty();
        Properties common = properties(objects.stream()
                .filter(object -> object.path("data").has("common.properties"))
                .findFirst()
                .orElseThrow()
                .path("data")
                .path("common.properties")
                .asString());
        for (Workload workload : workloads) {
            for (JsonNode port : workload.mainContainer().path("ports")) {
                switch (port.path("name").asString()) {
                    case "internal" ->
                        assertThat(port.path("containerPort").asString()).isEqualTo(common.getProperty("server.port"));
                    case "public" ->
                        assertThat(port.path("containerPort").asString())
                                .isEqualTo(common.getProperty("sallyport.public.port"));
                    default -> assertThat(port.path("name").asString()).isEqualTo("tls");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whateverServesHasABudgetOfDisruption(String overlay) {
        List<ObjectNode> objects = Rendered.of(overlay);
        Set<String> guarded = new TreeSet<>();
        Rendered.ofKind(objects, "PodDisruptionBudget")
                .forEach(budget -> guarded.add(budget.at("/spec/selector/matchLabels")
                        .path("app.kubernetes.io/name")
                        .asString()));
        assertThat(guarded)
                .containsExactlyInAnyOrder(
                        "policy-service",
                        "approval-service",
                        "executor-service",
                        "attestation-service",
                        "vault-service",
                        "executor-node");
    }

    @Test
    void aWrongPortIsFound() {
        List<ObjectNode> objects = Rendered.of("production");
        ObjectNode service = objects.stream()
                .filter(object -> Rendered.nameOf(object).equals("Service sallyport/vault-service"))
                .findFirst()
                .orElseThrow();
        ((ObjectNode) service.at("/spec/ports/0")).put("targetPort", "intern");
        List<String> wrong = new ArrayList<>();
        serviceAimsAtPods(service, Workload.in(objects), wrong);
        assertThat(wrong).singleElement().asString().contains("intern");
    }

    private static void probesAimAtPorts(Workload workload, List<String> wrong) {
        Set<String> ports = ports(workload.mainContainer());
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonNode action = workload.mainContainer().path(probe);
            for (String kind : List.of("httpGet", "tcpSocket")) {
                JsonNode port = action.path(kind).path("port");
                if (!port.isMissingNode() && !ports.contains(port.asString())) {
                    wrong.add(workload.name() + ": " + probe + " asks port " + port.asString());
                }
            }
        }
    }

    private static void volumesExist(Workload workload, List<ObjectNode> objects, List<String> wrong) {
        Set<String> volumes = new TreeSet<>();
        workload.pod()
                .path("volumes")
                .forEach(volume -> volumes.add(volume.path("name").asString()));
        workload.object()
                .path("spec")
                .path("volumeClaimTemplates")
                .forEach(
                        claim -> volumes.add(claim.path("metadata").path("name").asString()));
        for (JsonNode container : workload.everyContainer()) {
            container.path("volumeMounts").forEach(mount -> {
                if (!volumes.contains(mount.path("name").asString())) {
                    wrong.add(workload.name() + " mounts " + mount.path("name").asString());
                }
            });
        }
        // Config maps of ours are there under the very name, which ends with a digest of the content.
        workload.pod().findValues("configMap").forEach(reference -> {
            String name = reference.path("name").asString();
            boolean made = Set.of("sallyport-trust", "kube-root-ca.crt").contains(name);
            if (!made
                    && objects.stream()
                            .noneMatch(object ->
                                    Rendered.nameOf(object).equals("ConfigMap " + workload.namespace() + "/" + name))) {
                wrong.add(workload.name() + " needs config map " + name);
            }
        });
    }

    private static void serviceAimsAtPods(ObjectNode service, List<Workload> workloads, List<String> wrong) {
        String selected =
                service.at("/spec/selector").path("app.kubernetes.io/name").asString();
        Workload pods = workloads.stream()
                .filter(workload -> workload.labels()
                        .getOrDefault("app.kubernetes.io/name", "")
                        .equals(selected))
                .findFirst()
                .orElse(null);
        if (pods == null) {
            wrong.add("service " + selected + " has no pods");
            return;
        }
        service.at("/spec/ports").forEach(port -> {
            if (!ports(pods.mainContainer()).contains(port.path("targetPort").asString())) {
                wrong.add("service " + selected + " aims at port "
                        + port.path("targetPort").asString());
            }
        });
    }

    private static Set<String> ports(JsonNode container) {
        Set<String> names = new TreeSet<>();
        container.path("ports").forEach(port -> names.add(port.path("name").asString()));
        return names;
    }

    private static Properties properties(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return properties;
    }
}
