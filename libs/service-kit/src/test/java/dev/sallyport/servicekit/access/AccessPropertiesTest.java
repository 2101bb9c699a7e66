package dev.sallyport.servicekit.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.statements.trust.SpiffeId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessPropertiesTest {
    private static final String FLEET = "fleet.example";

    @Test
    void anOwnersDeviceIsADeviceOfThatNameAndNothingElse() {
        var access = new AccessProperties(Set.of("owner"));
        assertThat(access.isOwnersDevice(SpiffeId.device(FLEET, "owner"))).isTrue();
        assertThat(access.isOwnersDevice(SpiffeId.device(FLEET, "other"))).isFalse();
        assertThat(access.isOwnersDevice(SpiffeId.agent(FLEET, "owner"))).isFalse();
        assertThat(access.isOwnersDevice(SpiffeId.executor(FLEET, "default", "owner")))
                .isFalse();
        assertThat(access.isOwnersDevice(SpiffeId.service(FLEET, "owner"))).isFalse();
    }
}
