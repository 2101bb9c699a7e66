package dev.sallyport.identity.ca;

import dev.sallyport.statements.trust.SpiffeId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which workloads get their first certificates when a fleet is made.
 *
 * @param workloads each with the names its TLS certificate carries
 */
public record FleetPlan(List<Workload> workloads) {
    /** The five services. */
    public static final List<String> SERVICES =
            List.of("policy-service", "approval-service", "executor-service", "attestation-service", "vault-service");

    /**
     * The infrastructure; {@code kafka-admin} is the client that makes topics and access rules, {@code prometheus} the
     * one that reads metrics.
     */
    public static final List<String> INFRASTRUCTURE = List.of("postgresql", "kafka", "kafka-admin", "prometheus");

    private static final Set<InetAddress> LOOPBACK =
            Set.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));

    /**
     * One workload.
     *
     * @param kind what it is
     * @param names the path segments of its SPIFFE id after the kind
     * @param dnsNames DNS names it answers to; none for clients
     * @param addresses IP addresses it answers to; none for clients
     * @param replica from 1 on; replicas of a service share the SPIFFE id and have keys and certificates of their own
     */
    public record Workload(
            SpiffeId.Kind kind, List<String> names, Set<String> dnsNames, Set<InetAddress> addresses, int replica) {
        /** Copies the collections; only services may have further replicas. */
        public Workload {
            if (replica < 1 || replica > FleetLayout.MOST_REPLICAS || (replica > 1 && kind != SpiffeId.Kind.SERVICE)) {
                throw new IllegalArgumentException("there is no replica " + replica + " of " + kind + " " + names);
            }
            names = List.copyOf(names);
            dnsNames = Set.copyOf(dnsNames);
            addresses = Set.copyOf(addresses);
        }

        /** A service that answers on its own name and on loopback. */
        public static Workload service(String name) {
            return service(name, 1);
        }

        /** One of several replicas of such a service. */
        public static Workload service(String name, int replica) {
            return new Workload(SpiffeId.Kind.SERVICE, List.of(name), Set.of(name, "localhost"), LOOPBACK, replica);
        }

        /** Infrastructure that answers on its own name and on loopback. */
        public static Workload infra(String name) {
            return new Workload(SpiffeId.Kind.INFRA, List.of(name), Set.of(name, "localhost"), LOOPBACK, 1);
        }

        /** An executor node: it only calls, and shows its metrics on its own name and on loopback. */
        public static Workload node(String pool, String node) {
            return new Workload(SpiffeId.Kind.EXECUTOR, List.of(pool, node), Set.of(node, "localhost"), LOOPBACK, 1);
        }

        /** A device: it only calls. */
        public static Workload device(String id) {
            return new Workload(SpiffeId.Kind.DEVICE, List.of(id), Set.of(), Set.of(), 1);
        }

        /** An agent with a certificate of its own: it only calls. */
        public static Workload agent(String id) {
            return new Workload(SpiffeId.Kind.AGENT, List.of(id), Set.of(), Set.of(), 1);
        }

        TlsNames tlsNames(String trustDomain) {
            return new TlsNames(new SpiffeId(trustDomain, kind, names), dnsNames, addresses);
        }
    }

    /** Copies the list. */
    public FleetPlan {
        workloads = List.copyOf(workloads);
    }

    /**
     * The fleet on one machine: the services, PostgreSQL, Kafka, the node {@code default/node-1} and the device
     * {@code owner}.
     */
    public static FleetPlan oneMachine() {
        return oneMachine(1, 1);
    }

    /** The same with several replicas of each service, and several nodes {@code default/node-1}, {@code node-2} … */
    public static FleetPlan oneMachine(int replicas, int nodes) {
        List<Workload> workloads = new ArrayList<>();
        for (int replica = 1; replica <= replicas; replica++) {
            for (String name : SERVICES) {
                workloads.add(Workload.service(name, replica));
            }
        }
        INFRASTRUCTURE.forEach(name -> workloads.add(Workload.infra(name)));
        for (int node = 1; node <= nodes; node++) {
            workloads.add(Workload.node("default", "node-" + node));
        }
        workloads.add(Workload.device("owner"));
        return new FleetPlan(workloads);
    }

    /** This plan and one workload more. */
    public FleetPlan and(Workload workload) {
        List<Workload> more = new ArrayList<>(workloads);
        more.add(workload);
        return new FleetPlan(more);
    }
}
