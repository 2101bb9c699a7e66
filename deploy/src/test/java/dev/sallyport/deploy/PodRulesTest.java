package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every pod of every overlay keeps every rule, and every rule finds what is planted against it. */
class PodRulesTest {
    /** How to break each rule in a pod that keeps it. */
    private static final Map<PodRule, Consumer<Workload>> PLANTED = planted();

    private static Map<PodRule, Consumer<Workload>> planted() {
        Map<PodRule, Consumer<Workload>> planted = new EnumMap<>(PodRule.class);
        planted.put(
                PodRule.RUNS_AS_NOBODY_SPECIAL,
                pod -> in(pod.pod(), "securityContext").put("runAsNonRoot", false));
        planted.put(
                PodRule.SYSTEM_CALLS_ARE_FILTERED,
                pod -> in(container(pod), "securityContext")
                        .putObject("seccompProfile")
                        .put("type", "Unconfined"));
        planted.put(
                PodRule.ROOT_IS_READ_ONLY,
                pod -> in(container(pod), "securityContext").remove("readOnlyRootFilesystem"));
        planted.put(
                PodRule.NO_CAPABILITIES,
                pod -> in(in(container(pod), "securityContext"), "capabilities")
                        .putArray("add")
                        .add("SYS_ADMIN"));
        planted.put(
                PodRule.NO_MORE_PRIVILEGES,
                pod -> in(container(pod), "securityContext").put("privileged", true));
        planted.put(
                PodRule.NOTHING_OF_THE_HOST,
                pod -> ((ArrayNode) pod.pod().required("volumes"))
                        .addObject()
                        .put("name", "x")
                        .putObject("hostPath")
                        .put("path", "/"));
        planted.put(PodRule.LIMITED, pod -> in(container(pod), "resources").remove("limits"));
        planted.put(PodRule.NO_TOKEN_BY_ITSELF, pod -> pod.pod().remove("automountServiceAccountToken"));
        planted.put(
                PodRule.API_TOKENS_ONLY_WHERE_NEEDED,
                pod -> ((ArrayNode) pod.pod().required("volumes"))
                        .addObject()
                        .put("name", "x")
                        .putObject("projected")
                        .putArray("sources")
                        .addObject()
                        .putObject("serviceAccountToken")
                        .put("path", "token"));
        planted.put(PodRule.IMAGES_ARE_PINNED, pod -> container(pod).put("image", "registry.example:5000/sallyport/x"));
        planted.put(
                PodRule.THREE_PROBES,
                pod -> in(in(container(pod), "livenessProbe"), "httpGet").put("path", "/actuator/health/readiness"));
        planted.put(PodRule.SPREAD, pod -> pod.pod().remove("topologySpreadConstraints"));
        return planted;
    }

    static List<String> overlays() {
        return Rendered.everything().toList();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyPodKeepsEveryRule(String overlay) {
        List<Workload> workloads = Workload.in(Rendered.of(overlay));
        assertThat(workloads)
                .extracting(Workload::name)
                .contains(
                        "policy-service",
                        "approval-service",
                        "executor-service",
                        "attestation-service",
                        "vault-service",
                        "executor-node",
                        "ca-init",
                        "ledger-fsck");
        List<String> wrong = new ArrayList<>();
        for (PodRule rule : PodRule.values()) {
            wrong.addAll(rule.brokenBy(workloads));
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(PodRule.class)
    void whatIsPlantedIsFound(PodRule rule) {
        List<Workload> workloads = Workload.in(Rendered.of("production"));
        Workload policy = workloads.stream()
                .filter(workload -> workload.name().equals("policy-service"))
                .findFirst()
                .orElseThrow();
        Optional.ofNullable(PLANTED.get(rule)).orElseThrow().accept(policy);
        assertThat(rule.brokenBy(workloads)).singleElement().asString().startsWith("policy-service:");
    }

    @Test
    void onlyTheUsernsProfileAsksForMoreThanRestricted() {
        for (String overlay : overlays()) {
            List<ObjectNode> objects = Rendered.of(overlay);
            boolean userns = overlay.endsWith("executor-userns");
            for (ObjectNode namespace : Rendered.ofKind(objects, "Namespace")) {
                String level = namespace
                        .path("metadata")
                        .path("labels")
                        .path("pod-security.kubernetes.io/enforce")
                        .asString();
                boolean nodes =
                        namespace.path("metadata").path("name").asString().equals("sallyport-nodes");
                assertThat(level).as(overlay).isEqualTo(nodes && userns ? "privileged" : "restricted");
            }
            for (Workload workload : Workload.in(objects)) {
                boolean unmasked = workload.everyContainer().stream()
                        .anyMatch(container -> container
                                .path("securityContext")
                                .path("procMount")
                                .asString("")
                                .equals("Unmasked"));
                assertThat(unmasked)
                        .as(overlay + " " + workload.name())
                        .isEqualTo(userns && workload.name().equals("executor-node"));
                // An unmasked /proc is safe only where root in the pod is nobody outside.
                assertThat(unmasked && workload.pod().path("hostUsers").asBoolean(true))
                        .isFalse();
            }
        }
    }

    private static ObjectNode container(Workload workload) {
        return (ObjectNode) workload.mainContainer();
    }

    private static ObjectNode in(ObjectNode object, String field) {
        return (ObjectNode) object.required(field);
    }
}
