package dev.sallyport.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which connections the NetworkPolicies of a rendered overlay let through, as {@code from -> to:port}. A connection
 * between pods of the overlay must be let out by the one and in by the other; one that is let through by half is a
 * mistake.
 */
final class Arrows {
    /** A pod that policies are about. */
    private record Pod(String name, String namespace, Map<String, String> labels) {}

    private final List<Pod> pods = new ArrayList<>();
    private final Set<String> out = new TreeSet<>();
    private final Set<String> in = new TreeSet<>();

    Arrows(List<ObjectNode> objects) {
        for (Workload workload : Workload.in(objects)) {
            pods.add(new Pod(workload.name(), workload.namespace(), workload.labels()));
        }
        // Pods that operators make.
        if (!Rendered.ofKind(objects, "Kafka").isEmpty()) {
            pods.add(new Pod("kafka", "sallyport", Map.of("strimzi.io/cluster", "kafka")));
        }
        if (!Rendered.ofKind(objects, "Cluster").isEmpty()) {
            pods.add(new Pod("postgresql", "sallyport", Map.of("cnpg.io/cluster", "postgresql")));
        }
        for (ObjectNode policy : Rendered.ofKind(objects, "NetworkPolicy")) {
            String namespace = policy.path("metadata").path("namespace").asString();
            JsonNode spec = policy.path("spec");
            for (Pod pod : selected(spec.path("podSelector"), namespace)) {
                spec.path("egress")
                        .forEach(rule -> add(out, rule, "to", namespace, peer -> pod.name() + " -> " + peer));
                spec.path("ingress")
                        .forEach(rule -> add(in, rule, "from", namespace, peer -> peer + " -> " + pod.name()));
            }
        }
    }

    private interface Arrow {
        String with(String peer);
    }

    private void add(Set<String> arrows, JsonNode rule, String side, String namespace, Arrow arrow) {
        List<String> peers = new ArrayList<>();
        if (rule.path(side).isEmpty()) {
            peers.add("anywhere");
        }
        rule.path(side).forEach(peer -> peers.addAll(names(peer, namespace)));
        List<String> ports = new ArrayList<>();
        rule.path("ports")
                .forEach(port -> ports.add(":" + port.path("port").asString()
                        + (port.path("protocol").asString("TCP").equals("UDP") ? "/udp" : "")));
        if (ports.isEmpty()) {
            ports.add("");
        }
        peers.forEach(peer -> ports.forEach(port -> arrows.add(arrow.with(peer) + port)));
    }

    private List<String> names(JsonNode peer, String own) {
        if (peer.has("ipBlock")) {
            return List.of(peer.path("ipBlock").path("cidr").asString());
        }
        String namespace = peer.has("namespaceSelector")
                ? peer.path("namespaceSelector")
                        .path("matchLabels")
                        .path("kubernetes.io/metadata.name")
                        .asString()
                : own;
        if (!peer.has("podSelector")) {
            return List.of("namespace " + namespace);
        }
        List<Pod> ours = selected(peer.path("podSelector"), namespace);
        if (ours.isEmpty() && namespace.startsWith("sallyport")) {
            throw new AssertionError("a policy names pods that there are not: " + peer);
        }
        return ours.isEmpty()
                ? List.of(namespace + "/"
                        + peer.path("podSelector")
                                .path("matchLabels")
                                .valueStream()
                                .map(JsonNode::asString)
                                .collect(Collectors.joining()))
                : ours.stream().map(Pod::name).toList();
    }

    private List<Pod> selected(JsonNode selector, String namespace) {
        return pods.stream()
                .filter(pod -> pod.namespace().equals(namespace))
                .filter(pod -> selector.path("matchLabels")
                        .propertyStream()
                        .allMatch(label ->
                                label.getValue().asString().equals(pod.labels().get(label.getKey()))))
                .filter(pod -> selector.path("matchExpressions").valueStream().allMatch(expression -> {
                    if (!expression.path("operator").asString().equals("In")) {
                        throw new AssertionError("operator not understood: " + expression);
                    }
                    return expression
                            .path("values")
                            .valueStream()
                            .anyMatch(value -> value.asString()
                                    .equals(pod.labels()
                                            .get(expression.path("key").asString())));
                }))
                .toList();
    }

    private boolean isOurs(String side) {
        String name = side.replaceAll(":.*", "");
        return pods.stream().anyMatch(pod -> pod.name().equals(name));
    }

    /** Everything that gets through. */
    Set<String> open() {
        Set<String> all = new TreeSet<>(out);
        all.addAll(in);
        all.removeAll(halves());
        return all;
    }

    /** Connections between pods of ours that only one side lets through. */
    Set<String> halves() {
        Map<String, Integer> sides = new LinkedHashMap<>();
        out.forEach(arrow -> sides.merge(arrow, 1, Integer::sum));
        in.forEach(arrow -> sides.merge(arrow, 1, Integer::sum));
        return sides.entrySet().stream()
                .filter(entry -> {
                    String[] ends = entry.getKey().split(" -> ", 2);
                    return isOurs(ends[0]) && isOurs(ends[1]) && entry.getValue() < 2;
                })
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
