package dev.sallyport.e2e.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a fleet is started. {@code FleetOptions.in(home).replicas(2).nodes(2).property("vault-service", "…", "…")}.
 *
 * @param home its folder; {@link Fleet#newHome()}, or that of an earlier start to go on with its state
 * @param replicas of each service; 0 for as many as at the last start
 * @param nodes executor nodes; 0 for as many as at the last start
 * @param properties of people's own by the name of a service (for all its replicas) or of a node
 *     ({@code node-default-node-1}); they stay in the home until another start names other ones for that part
 * @param jvm options of the supervisor's JVM
 * @param training whether AOT caches are built; for most tests it is work that they never get back
 */
public record FleetOptions(
        Path home,
        int replicas,
        int nodes,
        Map<String, Map<String, String>> properties,
        List<String> jvm,
        boolean training) {
    private static final int REPLICAS = Integer.getInteger("e2e.replicas", 0);

    public FleetOptions {
        properties = Map.copyOf(properties);
        jvm = List.copyOf(jvm);
    }

    /** One of each, as {@code bin/run} does; as many as the system property {@code e2e.replicas} says if it is set. */
    public static FleetOptions in(Path home) {
        return new FleetOptions(home, REPLICAS, REPLICAS, Map.of(), List.of(), false);
    }

    public FleetOptions replicas(int count) {
        return new FleetOptions(home, count, nodes, properties, jvm, training);
    }

    public FleetOptions nodes(int count) {
        return new FleetOptions(home, replicas, count, properties, jvm, training);
    }

    /** One property more for that part, over what the supervisor writes. */
    public FleetOptions property(String part, String name, String value) {
        Map<String, Map<String, String>> more = new LinkedHashMap<>(properties);
        Map<String, String> ofPart = new LinkedHashMap<>(more.getOrDefault(part, Map.of()));
        ofPart.put(name, value);
        more.put(part, ofPart);
        return new FleetOptions(home, replicas, nodes, more, jvm, training);
    }

    /** One option more for the supervisor's JVM, such as {@code -Dname=value}. */
    FleetOptions supervisor(String option) {
        List<String> more = new ArrayList<>(jvm);
        more.add(option);
        return new FleetOptions(home, replicas, nodes, properties, more, training);
    }

    /** With AOT caches: what is started again is back soon, after {@link Fleet#awaitTraining()}. */
    public FleetOptions trained() {
        return new FleetOptions(home, replicas, nodes, properties, jvm, true);
    }

    public Fleet start() {
        return Fleet.start(this);
    }
}
