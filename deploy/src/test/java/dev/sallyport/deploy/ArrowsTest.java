package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The network lets through what the architecture says, and nothing else. */
class ArrowsTest {
    private static final List<String> SERVICES =
            List.of("policy-service", "approval-service", "executor-service", "attestation-service", "vault-service");

    /**
     * Who calls whom on the internal connector. policy asks vault (secrets) and control (stops); everybody asks policy
     * (introspection, questions to the policies), approval (sessions), attestation (inclusion) and vault (certificates,
     * denylist); nodes ask control and vault.
     */
    private static final Map<String, Set<String>> CALLS = calls();

    private static Map<String, Set<String>> calls() {
        Map<String, Set<String>> calls = new LinkedHashMap<>();
        for (String service : SERVICES) {
            Set<String> called =
                    new TreeSet<>(Set.of("policy-service", "approval-service", "attestation-service", "vault-service"));
            called.remove(service);
            if (service.equals("policy-service")) {
                called.add("executor-service");
            }
            calls.put(service, called);
        }
        calls.put("executor-node", Set.of("executor-service", "vault-service"));
        return calls;
    }

    static List<String> overlays() {
        return Rendered.everything().toList();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void exactlyTheArrowsOfTheArchitectureAreOpen(String overlay) {
        Arrows arrows = new Arrows(Rendered.of(overlay));
        assertThat(arrows.halves()).isEmpty();
        assertThat(arrows.open()).isEqualTo(expected(overlay));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyNamespaceWithPodsDeniesByDefault(String overlay) {
        List<ObjectNode> objects = Rendered.of(overlay);
        Set<String> namespaces = new TreeSet<>();
        Workload.in(objects).forEach(workload -> namespaces.add(workload.namespace()));
        assertThat(namespaces).containsExactly("sallyport", "sallyport-nodes");
        for (String namespace : namespaces) {
            assertThat(Rendered.ofKind(objects, "NetworkPolicy"))
                    .as(namespace)
                    .anyMatch(policy ->
                            policy.path("metadata").path("namespace").asString().equals(namespace)
                                    && policy.path("spec").path("podSelector").isEmpty()
                                    && policy.path("spec")
                                            .path("policyTypes")
                                            .toString()
                                            .equals("[\"Ingress\",\"Egress\"]")
                                    && !policy.path("spec").has("ingress")
                                    && !policy.path("spec").has("egress"));
        }
    }

    @Test
    void oneArrowMoreIsFound() {
        List<ObjectNode> objects = Rendered.of("production");
        ObjectNode node = objects.stream()
                .filter(object -> Rendered.nameOf(object).equals("NetworkPolicy sallyport-nodes/executor-node"))
                .findFirst()
                .orElseThrow();
        ((ArrayNode) node.at("/spec/egress"))
                .addObject()
                .putArray("to")
                .addObject()
                .putObject("ipBlock")
                .put("cidr", "10.0.0.0/8");
        assertThat(new Arrows(objects).open())
                .contains("executor-node -> 10.0.0.0/8")
                .isNotEqualTo(expected("production"));
    }

    @Test
    void prometheusOfAnotherLabelOrAtAnotherPortIsFound() {
        String what = "production+" + Rendered.OBSERVABILITY;
        for (String pointer : List.of("/spec/ingress/0/from/0/podSelector/matchLabels", "/spec/ingress/0/ports/0")) {
            List<ObjectNode> objects = Rendered.of(what);
            ObjectNode policy = objects.stream()
                    .filter(object -> Rendered.nameOf(object).equals("NetworkPolicy sallyport/prometheus"))
                    .findFirst()
                    .orElseThrow();
            ((ObjectNode) policy.at(pointer)).removeAll();
            assertThat(new Arrows(objects).open()).isNotEqualTo(expected(what));
        }
    }

    @Test
    void anArrowThatOnlyOneSideKnowsIsFound() {
        List<ObjectNode> objects = new ArrayList<>(Rendered.of("production"));
        ObjectNode vault = objects.stream()
                .filter(object -> Rendered.nameOf(object).equals("NetworkPolicy sallyport/vault-service"))
                .findFirst()
                .orElseThrow();
        ((ArrayNode) vault.at("/spec/ingress")).remove(0);
        assertThat(new Arrows(objects).halves())
                .contains("executor-node -> vault-service:8443", "policy-service -> vault-service:8443");
    }

    private static Set<String> expected(String what) {
        String overlay = what.split("\\+", -1)[0];
        Set<String> arrows = new TreeSet<>();
        if (what.endsWith("+" + Rendered.OBSERVABILITY)) {
            CALLS.keySet().forEach(process -> arrows.add("monitoring/prometheus -> " + process + ":8443"));
        }
        CALLS.forEach((from, called) -> called.forEach(to -> arrows.add(from + " -> " + to + ":8443")));
        for (String joining : CALLS.keySet()) {
            if (!joining.equals("vault-service")) {
                arrows.add(joining + " -> vault-service:8080");
            }
            names(arrows, joining);
        }
        arrows.add("ledger-fsck -> attestation-service:8443");
        arrows.add("ledger-fsck -> vault-service:8080");
        names(arrows, "ledger-fsck");
        names(arrows, "ca-init");
        for (String asksTheApi : List.of("vault-service", "ca-init")) {
            api(arrows, asksTheApi);
        }
        switch (overlay) {
            case "dev" -> {
                infrastructure(arrows, "kafka:9092", "postgresql:5432");
                arrows.add("topics -> kafka:9092");
                names(arrows, "topics");
            }
            case "production" -> {
                infrastructure(arrows, "192.0.2.0/28:9093", "192.0.2.16/28:5432");
                ingress(arrows);
            }
            case "strimzi-cnpg" -> {
                infrastructure(arrows, "kafka:9093", "postgresql:5432");
                ingress(arrows);
                for (String own : List.of("kafka", "postgresql")) {
                    arrows.add(own + " -> " + own);
                    names(arrows, own);
                    api(arrows, own);
                }
                arrows.add("namespace strimzi -> kafka");
                arrows.add("namespace monitoring -> kafka:9404");
                arrows.add("namespace cnpg-system -> postgresql");
            }
            default -> throw new AssertionError(overlay);
        }
        return arrows;
    }

    private static void names(Set<String> arrows, String from) {
        arrows.add(from + " -> kube-system/kube-dns:53");
        arrows.add(from + " -> kube-system/kube-dns:53/udp");
    }

    private static void api(Set<String> arrows, String from) {
        arrows.add(from + " -> 0.0.0.0/0:443");
        arrows.add(from + " -> 0.0.0.0/0:6443");
    }

    private static void infrastructure(Set<String> arrows, String kafka, String postgresql) {
        SERVICES.forEach(service -> {
            arrows.add(service + " -> " + kafka);
            arrows.add(service + " -> " + postgresql);
        });
    }

    private static void ingress(Set<String> arrows) {
        SERVICES.forEach(service -> arrows.add("namespace ingress-nginx -> " + service + ":8080"));
    }
}
