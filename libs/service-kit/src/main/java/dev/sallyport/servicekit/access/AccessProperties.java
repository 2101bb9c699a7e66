package dev.sallyport.servicekit.access;

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
}
