package dev.sallyport.local.home;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The TCP ports of the fleet on 127.0.0.1: the documented ones, each replaced by a free one when it was taken at the
 * first start, and kept in {@code fleet.json} since.
 */
public final class FleetPorts {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    // Names in fleet.json and the documented ports.
    private static final Map<String, Integer> WANTED = wanted();

    private final Map<String, Integer> ports;

    private FleetPorts(Map<String, Integer> ports) {
        this.ports = ports;
    }

    private static Map<String, Integer> wanted() {
        var wanted = new LinkedHashMap<String, Integer>();
        int number = 1;
        for (Part part : new Part[] {Part.POLICY, Part.APPROVAL, Part.EXECUTOR, Part.ATTESTATION, Part.VAULT}) {
            wanted.put(part.id() + ".internal", 8440 + number);
            wanted.put(part.id() + ".public", 8080 + number);
            number++;
        }
        wanted.put("postgresql", 8446);
        wanted.put("kafka", 8447);
        wanted.put("kafka.controller", 8448);
        wanted.put("node.health", 8086);
        return wanted;
    }

    /**
     * Reads the ports that were chosen at the first start, or chooses and keeps them.
     *
     * @throws HomeException when a kept port is taken by another program now
     */
    public static FleetPorts of(FleetHome home) {
        Path file = home.folder().resolve("fleet.json");
        try {
            if (Files.exists(file)) {
                FleetPorts kept = read(file);
                kept.verifyFree(home);
                return kept;
            }
            FleetPorts chosen = choose();
            chosen.write(file);
            return chosen;
        } catch (IOException e) {
            throw new HomeException("The ports in " + file + " cannot be read or kept: " + e, e);
        }
    }

    private static FleetPorts read(Path file) throws IOException {
        var ports = new LinkedHashMap<String, Integer>();
        try {
            JsonNode kept = JSON.readTree(Files.readAllBytes(file)).path("ports");
            for (String name : WANTED.keySet()) {
                ports.put(name, kept.required(name).asInt());
            }
        } catch (JacksonException e) {
            throw new HomeException(file + " is damaged: restore it, or start with --reset", e);
        }
        return new FleetPorts(ports);
    }

    private void write(Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("v", 1);
        ObjectNode node = root.putObject("ports");
        ports.forEach(node::put);
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

    private static FleetPorts choose() throws IOException {
        var ports = new LinkedHashMap<String, Integer>();
        var taken = new TreeSet<Integer>(WANTED.values());
        for (Map.Entry<String, Integer> wanted : WANTED.entrySet()) {
            int port = wanted.getValue();
            while (!isFree(port) || ports.containsValue(port)) {
                do {
                    port = anyFree();
                } while (!taken.add(port));
            }
            ports.put(wanted.getKey(), port);
        }
        return new FleetPorts(ports);
    }

    private void verifyFree(FleetHome home) {
        ports.forEach((name, port) -> {
            if (!isFree(port)) {
                throw new HomeException(
                        "Port " + port + " (" + name + ") of the fleet in " + home.folder()
                                + " is taken by another program: stop that, or start afresh with --reset",
                        null);
            }
        });
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

    private static int anyFree() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private int port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException(name);
        }
        return port;
    }

    /** PostgreSQL's. */
    public int postgresql() {
        return port("postgresql");
    }

    /** Kafka's, for clients. */
    public int kafka() {
        return port("kafka");
    }

    /** Kafka's controller's. */
    public int kafkaController() {
        return port("kafka.controller");
    }

    /** A service's internal connector. */
    public int internal(Part service) {
        return port(service.id() + ".internal");
    }

    /** A service's public connector. */
    public int open(Part service) {
        return port(service.id() + ".public");
    }

    /** Where the node answers about its health. */
    public int nodeHealth() {
        return port("node.health");
    }

    /** Base URL of a service's internal connector. */
    public String internalUrl(Part service) {
        return "https://localhost:" + internal(service);
    }

    /** Base URL of a service's public connector. */
    public String publicUrl(Part service) {
        return "http://localhost:" + open(service);
    }
}
