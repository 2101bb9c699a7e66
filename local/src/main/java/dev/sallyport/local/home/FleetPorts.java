package dev.sallyport.local.home;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The TCP ports of the fleet on 127.0.0.1 and its size, both kept in {@code fleet.json}: the documented ports, or, when
 * any of those was taken at the first start, another set. The set is this fleet's alone while it runs.
 */
public final class FleetPorts implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int ATTEMPTS = 500;

    // Of fleet.json. Files of version 1 kept every port by itself; their fleets get a set.
    private static final int VERSION = 2;

    private final PortSet set;
    private final FleetSize size;
    private final MarkerPort marker;

    private FleetPorts(PortSet set, FleetSize size, MarkerPort marker) {
        this.set = set;
        this.size = size;
        this.marker = marker;
    }

    /** The content of {@code fleet.json}; the set is null before the first start. */
    private record Kept(@Nullable PortSet set, FleetSize size) {}

    /**
     * Takes the ports that were chosen at the first start, or chooses and keeps them, and holds them until it is
     * closed.
     *
     * @param replicas null for as many as at the last start
     * @param nodes null for as many as at the last start
     * @throws HomeException when a kept port is taken by another program now, saying by whom as far as that is known
     */
    public static FleetPorts of(FleetHome home, @Nullable Integer replicas, @Nullable Integer nodes) {
        Path file = home.folder().resolve("fleet.json");
        try {
            Kept kept = read(file);
            FleetSize size = new FleetSize(
                    replicas == null ? kept.size().replicas() : replicas,
                    nodes == null ? kept.size().nodes() : nodes);
            PortSet before = kept.set();
            FleetPorts ports = before == null ? choose(home, size) : take(home, before, size);
            ports.write(file);
            return ports;
        } catch (IOException e) {
            throw new HomeException("The ports in " + file + " cannot be read or kept: " + e, e);
        }
    }

    private static Kept read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Kept(null, FleetSize.SINGLE);
        }
        try {
            JsonNode kept = JSON.readTree(Files.readAllBytes(file));
            if (kept.path("v").asInt() < VERSION) {
                return new Kept(null, FleetSize.SINGLE);
            }
            return new Kept(
                    new PortSet(kept.required("base").asInt()),
                    new FleetSize(
                            kept.required("replicas").asInt(),
                            kept.required("nodes").asInt()));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new HomeException(file + " is damaged: restore it, or start with --reset", e);
        }
    }

    private void write(Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("v", VERSION);
        root.put("base", set.base()).put("replicas", size.replicas()).put("nodes", size.nodes());
        ObjectNode node = root.putObject("ports");
        set.of(size).forEach(node::put);
        ObjectNode urls = root.putObject("urls");
        Part.services().forEach(part -> {
            ObjectNode one = urls.putObject(part.id());
            one.put("internal", internalUrl(part));
            one.put("public", publicUrl(part));
        });
        Path fresh = file.resolveSibling("fleet.json.new");
        Files.write(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static FleetPorts take(FleetHome home, PortSet set, FleetSize size) {
        MarkerPort marker = MarkerPort.reserve(set.base(), home.folder())
                .orElseThrow(() -> new HomeException(
                        "The ports of the fleet in " + home.folder() + " (from " + set.base() + " on) are held by "
                                + MarkerPort.holder(set.base())
                                + ": stop that, or start afresh with --reset to get others",
                        null));
        Optional<Map.Entry<String, Integer>> taken = firstTaken(set, size);
        if (taken.isPresent()) {
            marker.close();
            throw new HomeException(
                    "Port " + taken.get().getValue() + " (" + taken.get().getKey() + ") of the fleet in "
                            + home.folder() + " is taken by another program: stop that, or start afresh with --reset",
                    null);
        }
        return new FleetPorts(set, size, marker);
    }

    private static FleetPorts choose(FleetHome home, FleetSize size) {
        var set = new PortSet(PortSet.DOCUMENTED);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<MarkerPort> marker = MarkerPort.reserve(set.base(), home.folder());
            if (marker.isPresent()) {
                if (firstTaken(set, size).isEmpty()) {
                    return new FleetPorts(set, size, marker.get());
                }
                marker.get().close();
            }
            int sets = (PortSet.HIGHEST - PortSet.LOWEST) / PortSet.WIDTH + 1;
            set = new PortSet(
                    PortSet.LOWEST + PortSet.WIDTH * ThreadLocalRandom.current().nextInt(sets));
        }
        throw new HomeException("No free ports were found from " + PortSet.LOWEST + " to " + PortSet.HIGHEST, null);
    }

    private static Optional<Map.Entry<String, Integer>> firstTaken(PortSet set, FleetSize size) {
        return set.of(size).entrySet().stream()
                .filter(port -> !isFree(port.getValue()))
                .findFirst();
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            // A port of connections that were closed a moment ago is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** How many replicas and nodes there are. */
    public FleetSize size() {
        return size;
    }

    /** PostgreSQL's. */
    public int postgresql() {
        return set.postgresql();
    }

    /** Kafka's, for clients. */
    public int kafka() {
        return set.kafka();
    }

    /** Kafka's controller's. */
    public int kafkaController() {
        return set.kafkaController();
    }

    /** A service's internal connector, as others reach it. */
    public int internal(Part service) {
        return set.internal(service, 0);
    }

    /** A service's public connector, as others reach it. */
    public int open(Part service) {
        return set.open(service, 0);
    }

    /** The internal connector of that very process. */
    public int internal(Replica replica) {
        return set.internal(replica.part(), behindBalancer(replica));
    }

    /** The public connector of that very process. */
    public int open(Replica replica) {
        return replica.part() == Part.NODE
                ? set.nodeHealth(replica.number())
                : set.open(replica.part(), behindBalancer(replica));
    }

    private int behindBalancer(Replica replica) {
        return size.replicas() == 1 ? 0 : replica.number();
    }

    /** Base URL of a service's internal connector. */
    public String internalUrl(Part service) {
        return "https://localhost:" + internal(service);
    }

    /** Base URL of a service's public connector. */
    public String publicUrl(Part service) {
        return "http://localhost:" + open(service);
    }

    /** Releases the ports. */
    @Override
    public void close() {
        marker.close();
    }
}
