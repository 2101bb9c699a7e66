package dev.sallyport.approval.webhook;

import dev.sallyport.arguments.host.AddressClass;
import dev.sallyport.arguments.host.HostName;
import dev.sallyport.arguments.host.WebAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collection;
import java.util.List;

/**
 * Which addresses messages are sent to. Whoever may add a webhook could otherwise have this service talk to whatever is in
 * its network: the fleet, a cloud's metadata, a router.
 */
final class Destinations {
    private final WebhookProperties properties;
    private final Collection<String> fleet;
    private final OutsideNetwork network;

    /**
     * @param fleet the hosts of the fleet's services, as this one calls them
     */
    Destinations(WebhookProperties properties, Collection<String> fleet, OutsideNetwork network) {
        this.properties = properties;
        this.fleet = List.copyOf(fleet);
        this.network = network;
    }

    /**
     * Looks a host up, once: the connection goes to one of these addresses, whatever the name means later (DNS rebinding).
     *
     * @return its addresses, at least one
     * @throws WebhookRefusedException if nothing is sent there
     */
    List<InetAddress> look(WebAddress address) throws WebhookRefusedException {
        HostName host = address.host();
        boolean inside = properties.inside(host);
        if (!address.tls() && !inside) {
            throw withoutTls();
        }
        List<InetAddress> all;
        try {
            // Names that the site has listed may be the machine's own, in whatever way it knows them.
            all = network.addresses(inside ? host.text() : host.text() + ".");
        } catch (IOException _) {
            throw new WebhookRefusedException(
                    DeliveryCode.HOST_UNKNOWN,
                    "The host " + host + " has no address now. See that it is spelled right.");
        }
        if (!address.tls() && !all.stream().allMatch(InetAddress::isLoopbackAddress)) {
            throw withoutTls();
        }
        // One that is refused is enough: a name that leads inside as well is none of the internet's.
        for (InetAddress each : all) {
            if (inside ? isNobodys(each) : AddressClass.of(each) != AddressClass.PUBLIC || isOwn(each)) {
                throw new WebhookRefusedException(
                        DeliveryCode.ADDRESS_REFUSED,
                        "The host " + host
                                + " leads to an address that is not public, or is the fleet's own. Who runs the"
                                + " fleet can allow it with sallyport.webhooks.inside.");
            }
        }
        return all;
    }

    private static WebhookRefusedException withoutTls() {
        return new WebhookRefusedException(
                DeliveryCode.ADDRESS_REFUSED,
                "Messages are sent over https only. Give an address that begins with https://.");
    }

    /** What no setting allows. */
    private static boolean isNobodys(InetAddress address) {
        return switch (AddressClass.of(address)) {
            case METADATA, UNSPECIFIED, MULTICAST -> true;
            case PUBLIC, LOOPBACK, PRIVATE, LINK_LOCAL, CARRIER, TUNNELLED, RESERVED -> false;
        };
    }

    /** What cannot be found out counts as the fleet's own. */
    private boolean isOwn(InetAddress address) {
        try {
            if (NetworkInterface.getByInetAddress(address) != null) {
                return true;
            }
        } catch (SocketException _) {
            return true;
        }
        return fleet.stream().anyMatch(host -> {
            try {
                return network.addresses(host).contains(address);
            } catch (IOException _) {
                return true;
            }
        });
    }
}
