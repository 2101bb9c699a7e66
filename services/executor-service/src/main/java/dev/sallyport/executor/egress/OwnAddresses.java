package dev.sallyport.executor.egress;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses of this machine and of the fleet's services, which no call reaches whatever its name for them is. They are
 * asked for anew for each host that a call names: they change while a node runs. While a service's name does not resolve,
 * its addresses are those that it had; as long as it never has, every address may be its own.
 */
public final class OwnAddresses implements Predicate<InetAddress> {
    private static final Logger log = LoggerFactory.getLogger(OwnAddresses.class);

    private final Collection<String> hosts;
    private final Names names;
    private final Map<String, List<InetAddress>> last = new ConcurrentHashMap<>();

    /** Who knows the addresses of names. */
    interface Names {
        /** All of them, at least one. */
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /**
     * @param hosts of the fleet's services, as this node calls them
     */
    public OwnAddresses(Collection<String> hosts) {
        this(hosts, InetAddress::getAllByName);
    }

    OwnAddresses(Collection<String> hosts, Names names) {
        this.hosts = List.copyOf(hosts);
        this.names = names;
    }

    /** What cannot be found out counts as one's own. */
    @Override
    public boolean test(InetAddress address) {
        try {
            if (NetworkInterface.getByInetAddress(address) != null) {
                return true;
            }
        } catch (SocketException _) {
            return true;
        }
        return hosts.stream().anyMatch(host -> isOf(host, address));
    }

    private boolean isOf(String host, InetAddress address) {
        List<InetAddress> addresses;
        try {
            addresses = List.of(names.addresses(host));
            last.put(host, addresses);
        } catch (UnknownHostException _) {
            addresses = last.get(host);
        }
        if (addresses == null) {
            log.warn(
                    "calls reach no hosts: the fleet's host {} has had no address here yet, so any may be its own",
                    host);
            return true;
        }
        return addresses.contains(address);
    }
}
