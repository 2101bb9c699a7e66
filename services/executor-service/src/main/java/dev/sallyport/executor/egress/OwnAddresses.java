package dev.sallyport.executor.egress;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Addresses of this machine and of the fleet's services, which no call reaches whatever its name for them is. They are
 * asked for anew for each host that a call names: they change while a node runs.
 */
public final class OwnAddresses implements Predicate<InetAddress> {
    private final Collection<String> hosts;

    /**
     * @param hosts of the fleet's services, as this node calls them
     */
    public OwnAddresses(Collection<String> hosts) {
        this.hosts = List.copyOf(hosts);
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
        for (String host : hosts) {
            try {
                if (List.of(InetAddress.getAllByName(host)).contains(address)) {
                    return true;
                }
            } catch (UnknownHostException _) {
                // A service that has no address now is at none.
            }
        }
        return false;
    }
}
