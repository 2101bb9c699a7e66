package dev.sallyport.local.home;

import java.util.ArrayList;
import java.util.List;

/**
 * How many replicas and nodes the fleet on this machine has.
 *
 * @param replicas of every service, 1 or 2
 * @param nodes in the pool {@code default}, 1 or 2
 */
public record FleetSize(int replicas, int nodes) {
    /** The most replicas of a service, and the most nodes. */
    public static final int MOST = 2;

    /** One replica of each service and one node. */
    public static final FleetSize SINGLE = new FleetSize(1, 1);

    /** Refuses numbers outside 1 to 2. */
    public FleetSize {
        if (replicas < 1 || replicas > MOST || nodes < 1 || nodes > MOST) {
            throw new IllegalArgumentException("There can be 1 to " + MOST + " replicas and nodes on one machine");
        }
    }

    /** Every replica of every service. */
    public List<Replica> services() {
        return Part.services().stream()
                .flatMap(service -> replicas(service).stream())
                .toList();
    }

    /** The replicas of one service. */
    public List<Replica> replicas(Part service) {
        return numbered(service, replicas);
    }

    /** Every node. */
    public List<Replica> allNodes() {
        return numbered(Part.NODE, nodes);
    }

    /** Every process. */
    public List<Replica> all() {
        var all = new ArrayList<Replica>(List.of(Replica.first(Part.POSTGRESQL), Replica.first(Part.KAFKA)));
        all.addAll(services());
        all.addAll(allNodes());
        return List.copyOf(all);
    }

    private static List<Replica> numbered(Part part, int count) {
        var replicas = new ArrayList<Replica>();
        for (int number = 1; number <= count; number++) {
            replicas.add(new Replica(part, number));
        }
        return replicas;
    }
}
