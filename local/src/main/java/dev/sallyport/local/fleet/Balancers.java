package dev.sallyport.local.fleet;

import dev.sallyport.local.balance.Balancer;
import dev.sallyport.local.home.FleetPorts;
import dev.sallyport.local.home.Part;
import dev.sallyport.local.home.Replica;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** One balancer per connector in front of every service with several replicas; none where each service has one. */
final class Balancers implements AutoCloseable {
    private final FleetPorts ports;
    private final Map<Part, Balancer> internal = new HashMap<>();
    private final Map<Part, Balancer> open = new HashMap<>();

    Balancers(FleetPorts ports) {
        this.ports = ports;
    }

    /** Listens on the services' documented ports. */
    void start() {
        if (ports.size().replicas() == 1) {
            return;
        }
        for (Part service : Part.services()) {
            internal.put(service, Balancer.start(ports.internal(service), behind(service, ports::internal)));
            open.put(service, Balancer.start(ports.open(service), behind(service, ports::open)));
        }
    }

    private List<Integer> behind(Part service, ToIntFunction<Replica> port) {
        return ports.size().replicas(service).stream().map(port::applyAsInt).toList();
    }

    /** Whether new connections should go to that process. */
    void turn(Replica replica, boolean ready) {
        turn(internal.get(replica.part()), ports::internal, replica, ready);
        turn(open.get(replica.part()), ports::open, replica, ready);
    }

    private static void turn(@Nullable Balancer balancer, ToIntFunction<Replica> port, Replica replica, boolean ready) {
        if (balancer == null) {
            return;
        }
        if (ready) {
            balancer.ready(port.applyAsInt(replica));
        } else {
            balancer.notReady(port.applyAsInt(replica));
        }
    }

    @Override
    public void close() {
        internal.values().forEach(Balancer::close);
        open.values().forEach(Balancer::close);
    }
}
