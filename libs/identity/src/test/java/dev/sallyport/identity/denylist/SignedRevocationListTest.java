package dev.sallyport.identity.denylist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.statements.trust.SpiffeId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedRevocationListTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final SpiffeId DEVICE = SpiffeId.device("d.sallyport", "lost");

    @TempDir
    static Path temp;

    private static FleetCa fleet;

    @BeforeAll
    static void makeAFleet() {
        fleet = fleet("fleet");
    }

    private static FleetCa fleet(String name) {
        return FleetCa.init(
                temp.resolve(name),
                new FleetPlan(List.of(
                        FleetPlan.Workload.service("vault-service"), FleetPlan.Workload.service("policy-service"))),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void whatVaultServiceSignedIsBelieved() {
        RevocationList list = list(fleet);
        RevocationList read = SignedRevocationList.verify(signed(list, fleet, "vault-service"), fleet.trust(), NOW);
        assertThat(read).isEqualTo(list);
        assertThat(read.isRevoked("abc", SpiffeId.device("d.sallyport", "kept")))
                .isTrue();
        assertThat(read.isRevoked("def", DEVICE)).isTrue();
        assertThat(read.isRevoked("def", SpiffeId.device("d.sallyport", "kept")))
                .isFalse();
        assertThat(read.refusedFrom("def", DEVICE)).hasValue(40);
        assertThat(read.refusedFrom("abc", DEVICE))
                .as("both revoked: the smaller index")
                .hasValue(12);
        assertThat(read.refusedFrom("def", SpiffeId.device("d.sallyport", "kept")))
                .isEmpty();
    }

    @Test
    void nobodyElsesSignatureCounts() {
        assertRefused(signed(list(fleet), fleet, "policy-service"));
        FleetCa other = fleet("other");
        assertRefused(signed(list(other), other, "vault-service"));
        assertRefused(signed(list(other), fleet, "vault-service"));
    }

    @Test
    void anExpiredSignersListIsRefused() {
        byte[] signed = signed(list(fleet), fleet, "vault-service");
        assertThatThrownBy(() -> SignedRevocationList.verify(signed, fleet.trust(), NOW.plus(Duration.ofDays(31))))
                .isInstanceOf(IdentityException.CertificateRefused.class);
    }

    @Test
    void everyChangedByteIsRefused() {
        byte[] signed = signed(list(fleet), fleet, "vault-service");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] changed = signed.clone();
            int at = random.nextInt(changed.length);
            changed[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> SignedRevocationList.verify(changed, fleet.trust(), NOW))
                    .as("seed %d, byte %d", seed, at)
                    .isInstanceOf(IdentityException.class);
        }
    }

    private static void assertRefused(byte[] signed) {
        assertThatThrownBy(() -> SignedRevocationList.verify(signed, fleet.trust(), NOW))
                .isInstanceOf(IdentityException.class);
    }

    private static RevocationList list(FleetCa of) {
        return new RevocationList(of.trust().fleetId(), 7, NOW, Map.of("abc", 12L), Map.of(DEVICE.toString(), 40L));
    }

    private static byte[] signed(RevocationList list, FleetCa by, String service) {
        Credential signer = IdentityDirectory.load(by.layout().service(service), NOW)
                .signing()
                .orElseThrow();
        return SignedRevocationList.sign(list, signer);
    }
}
