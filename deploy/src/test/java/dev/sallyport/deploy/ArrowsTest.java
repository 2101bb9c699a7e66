package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
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

    /** What a node refuses by itself is refused by the network too: private networks, clouds' metadata, tunnels. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "127.0.0.1",
                "169.254.169.254",
                "168.63.129.16",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "fd00:ec2::254",
                "fe80::1",
                "::1",
                "2002:a00:1::",
                "2001:0:4136:e378:8000:63bf:80ff:fffe",
                "64:ff9b::a00:1"
            })
    void nodesThatReachHostsReachNothingInside(String address) throws Exception {
        JsonNode policy = Rendered.of("production+" + Rendered.EGRESS).stream()
                .filter(object ->
                        Rendered.nameOf(object).equals("NetworkPolicy sallyport-nodes/executor-node-to-hosts"))
                .findFirst()
                .orElseThrow();
        JsonNode rule = policy.at("/spec/egress/0");

        assertThat(policy.at("/spec/egress")).hasSize(1);
        assertThat(lets(rule, address)).isFalse();
        assertThat(lets(rule, "93.184.216.34")).as("control").isTrue();
        assertThat(lets(rule, "2606:2800:220:1:248:1893:25c8:1946"))
                .as("control")
                .isTrue();
    }

    private static boolean lets(JsonNode rule, String address) throws Exception {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        for (JsonNode peer : rule.path("to")) {
            JsonNode block = peer.path("ipBlock");
            if (isIn(bytes, block.path("cidr").asString())
                    && block.path("except").valueStream().noneMatch(each -> isIn(bytes, each.asString()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(byte[] address, String cidr) {
        String[] parts = cidr.split("/", -1);
        byte[] network = InetAddress.ofLiteral(parts[0]).getAddress();
        int length = Integer.parseInt(parts[1]);
        if (network.length != address.length) {
            return false;
        }
        int shift = network.length * 8 - length;
        return new BigInteger(1, network).shiftRight(shift).equals(new BigInteger(1, address).shiftRight(shift));
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
        if (what.endsWith("+" + Rendered.EGRESS)) {
            arrows.add("executor-node -> 0.0.0.0/0:443");
            arrows.add("executor-node -> 2000::/3:443");
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
                // The broker asks for the denylist.
                arrows.add("kafka -> vault-service:8443");
                names(arrows, "kafka");
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
