package dev.sallyport.servicekit.access;

import dev.sallyport.statements.trust.SpiffeId;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Access to this service.
 *
 * @param ownerDevices ids of the devices that {@link OwnerDevice} endpoints admit; default {@code owner}
 */
@ConfigurationProperties("sallyport.access")
public record AccessProperties(@DefaultValue("owner") Set<String> ownerDevices) {
    /** Copies the set. */
    public AccessProperties {
        ownerDevices = Set.copyOf(ownerDevices);
    }

    /** Whether this is an owner's device: the name alone does not make it one, since an agent or a node may have it too. */
    public boolean isOwnersDevice(SpiffeId id) {
        return id.kind() == SpiffeId.Kind.DEVICE && ownerDevices.contains(id.name());
    }
}
