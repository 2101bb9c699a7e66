package dev.sallyport.executor.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {
    private static final InetAddress FLEET = TestWire.address("93.184.216.40");
    private static final InetAddress OTHER = TestWire.address("93.184.216.41");

    private final Map<String, InetAddress> names = new ConcurrentHashMap<>();
    private final OwnAddresses own = new OwnAddresses(List.of("vault.example", "policy.example"), host -> {
        InetAddress found = names.get(host);
        if (found == null) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {found};
    });

    @Test
    void theFleetsAddressesAreItsOwnAlsoWhileTheirNamesDoNotResolve() {
        names.put("vault.example", FLEET);
        names.put("policy.example", TestWire.address("93.184.216.42"));
        assertThat(own.test(FLEET)).isTrue();
        assertThat(own.test(OTHER)).as("control").isFalse();

        names.clear();

        assertThat(own.test(FLEET)).isTrue();
        assertThat(own.test(OTHER)).as("control").isFalse();
    }

    @Test
    void aHostThatHasNeverResolvedMayBeAnywhere() {
        names.put("vault.example", FLEET);
        assertThat(own.test(OTHER)).isTrue();

        names.put("policy.example", FLEET);
        assertThat(own.test(OTHER)).as("control").isFalse();
    }

    @Test
    void thisMachineIsItsOwn() {
        assertThat(own.test(InetAddress.getLoopbackAddress())).isTrue();
    }
}
