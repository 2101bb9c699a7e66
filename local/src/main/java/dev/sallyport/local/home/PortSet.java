package dev.sallyport.local.home;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * All TCP ports of a fleet, derived from one number: the documented ones, or 64 in a row.
 *
 * @param base the marker port; {@value #DOCUMENTED}, or a multiple of 64 from {@value #LOWEST} to {@value #HIGHEST}
 */
record PortSet(int base) {
    static final int DOCUMENTED = 8440;

    // Below the ports that kernels give to clients, so that no connection of somebody else sits on one.
    static final int LOWEST = 10_048;
    static final int HIGHEST = 29_888;
    static final int WIDTH = 64;

    private static final int DOCUMENTED_PUBLIC = 8080;
    private static final int PUBLIC_OFFSET = 30;
    private static final List<Part> ORDER =
            List.of(Part.POLICY, Part.APPROVAL, Part.EXECUTOR, Part.ATTESTATION, Part.VAULT);
    private static final int POSTGRESQL = 6;
    private static final int KAFKA = 7;
    private static final int KAFKA_CONTROLLER = 8;
    private static final int NODE_HEALTH = 5;
    private static final int REPLICA_DISTANCE = 10;

    PortSet {
        if (base != DOCUMENTED && (base < LOWEST || base > HIGHEST || base % WIDTH != 0)) {
            throw new IllegalArgumentException("No set of ports begins at " + base);
        }
    }

    /** Internal connector of a service as the others reach it (0), or of one of two replicas behind that (1, 2). */
    int internal(Part service, int number) {
        return base + place(service, number);
    }

    /** Public connector, numbered likewise. */
    int open(Part service, int number) {
        return publicBase() + place(service, number);
    }

    int postgresql() {
        return base + POSTGRESQL;
    }

    int kafka() {
        return base + KAFKA;
    }

    int kafkaController() {
        return base + KAFKA_CONTROLLER;
    }

    int nodeHealth(int number) {
        return publicBase() + NODE_HEALTH + number;
    }

    private int publicBase() {
        return base == DOCUMENTED ? DOCUMENTED_PUBLIC : base + PUBLIC_OFFSET;
    }

    private static int place(Part service, int number) {
        int place = ORDER.indexOf(service);
        if (place < 0 || number < 0 || number > FleetSize.MOST) {
            throw new IllegalArgumentException(service + " " + number);
        }
        return 1 + place + REPLICA_DISTANCE * number;
    }

    /** Every port that a fleet of that size listens on, by its name in {@code fleet.json}; without the marker. */
    SequencedMap<String, Integer> of(FleetSize size) {
        var ports = new LinkedHashMap<String, Integer>();
        for (Part service : ORDER) {
            ports.put(service.id() + ".internal", internal(service, 0));
            ports.put(service.id() + ".public", open(service, 0));
        }
        ports.put("postgresql", postgresql());
        ports.put("kafka", kafka());
        ports.put("kafka.controller", kafkaController());
        for (Replica node : size.allNodes()) {
            ports.put(
                    node.number() == 1 ? "node.health" : "node-" + node.number() + ".health",
                    nodeHealth(node.number()));
        }
        if (size.replicas() > 1) {
            for (Replica replica : size.services()) {
                String name = replica.part().id() + "-" + replica.number();
                ports.put(name + ".internal", internal(replica.part(), replica.number()));
                ports.put(name + ".public", open(replica.part(), replica.number()));
            }
        }
        return ports;
    }
}
