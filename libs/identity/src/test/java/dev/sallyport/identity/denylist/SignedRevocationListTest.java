package dev.sallyport.identity.denylist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.statements.trust.SpiffeId;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    }

    @Test
    void aCertificateItsHolderAndItsAuthorityAreEachRevokedAndTheLowestIndexCounts() {
        WorkloadIdentity policy = load(fleet, "policy-service");
        X509Certificate leaf = policy.tls().leaf();
        X509Certificate authority = policy.tls().chain().get(1);
        String serial = leaf.getSerialNumber().toString(16);
        String id = policy.id().toString();
        assertThat(list(Map.of(), Map.of(), Map.of()).isRevoked(leaf, policy.id()))
                .isFalse();
        assertThat(list(Map.of(serial, 3L), Map.of(), Map.of()).refusedFrom(leaf, policy.id()))
                .hasValue(3);
        assertThat(list(Map.of(serial, 3L), Map.of(id, 2L), Map.of()).refusedFrom(leaf, policy.id()))
                .hasValue(2);
        assertThat(list(Map.of(serial, 3L), Map.of(id, 2L), Map.of(authority, 1L))
                        .refusedFrom(leaf, policy.id()))
                .hasValue(1);
        assertThat(list(Map.of("1", 3L), Map.of(DEVICE.toString(), 2L), Map.of(authority, Long.MAX_VALUE))
                        .refusedFrom(leaf, policy.id()))
                .hasValue(Long.MAX_VALUE);
        // The signing authority of the same fleet has another key.
        X509Certificate other = policy.signing().orElseThrow().chain().get(1);
        assertThat(list(Map.of(), Map.of(), Map.of(other, 1L)).isRevoked(leaf, policy.id()))
                .isFalse();
        assertThat(list(Map.of(), Map.of(), Map.of(other, 1L))
                        .isRevoked(policy.signing().orElseThrow().leaf(), policy.id()))
                .isTrue();
    }

    @Test
    void aStolenAuthorityCannotEndItsOwnRevocation() throws Exception {
        FleetCa stolen = fleet("stolen");
        Credential thief = load(stolen, "vault-service").signing().orElseThrow();
        X509Certificate authority = thief.chain().get(1);
        stolen.rotateIssuing();
        stolen.renew();
        Credential vault = load(stolen, "vault-service").signing().orElseThrow();
        String fleetId = stolen.trust().fleetId();
        var newest = new NewestRevocationList(stolen::trust, Clock.fixed(NOW, ZoneOffset.UTC), null);
        RevocationList nothing = new RevocationList(fleetId, 1, NOW.minusSeconds(9), Map.of(), Map.of());
        newest.take(SignedRevocationList.sign(nothing, thief));
        assertThat(newest.issuedAt()).as("control").isEqualTo(NOW.minusSeconds(9));
        RevocationList ending = new RevocationList(
                fleetId, 2, NOW.minusSeconds(6), Map.of(), Map.of(), Map.of(authority, 5L), Set.of("ab".repeat(32)));
        newest.take(SignedRevocationList.sign(ending, vault));
        assertThat(newest.inForce()).contains(ending);
        RevocationList again = new RevocationList(fleetId, 3, NOW.minusSeconds(3), Map.of(), Map.of());
        assertThatThrownBy(() -> newest.take(SignedRevocationList.sign(again, thief)))
                .isInstanceOf(IdentityException.CertificateRefused.class);
        assertThat(newest.inForce()).contains(ending);
        // Whoever knows no earlier list does not believe one that is signed by what it names.
        assertThatThrownBy(() ->
                        SignedRevocationList.verify(SignedRevocationList.sign(ending, thief), stolen.trust(), NOW))
                .isInstanceOf(IdentityException.CertificateRefused.class);
    }

    private static RevocationList list(
            Map<String, Long> serials, Map<String, Long> ids, Map<X509Certificate, Long> authorities) {
        return new RevocationList(fleet.trust().fleetId(), 7, NOW, serials, ids, authorities, Set.of());
    }

    private static WorkloadIdentity load(FleetCa of, String service) {
        return IdentityDirectory.load(of.layout().service(service), NOW);
    }

    @Test
    void aListOfSixtyThousandIsRead() {
        Map<String, Long> serials = IntStream.range(0, 60_000)
                .mapToObj(number -> "%032x".formatted(BigInteger.TWO.pow(126).add(BigInteger.valueOf(number))))
                .collect(Collectors.toMap(serial -> serial, _ -> 123_456L));
        RevocationList large = new RevocationList(fleet.trust().fleetId(), 1, NOW, serials, Map.of());
        assertThat(SignedRevocationList.verify(signed(large, fleet, "vault-service"), fleet.trust(), NOW))
                .isEqualTo(large);
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
        X509Certificate authority = load(of, "policy-service").tls().chain().get(1);
        return new RevocationList(
                of.trust().fleetId(),
                7,
                NOW,
                Map.of("abc", 12L),
                Map.of(DEVICE.toString(), 40L),
                Map.of(authority, 44L),
                Set.of("ab".repeat(32), "cd".repeat(32)));
    }

    private static byte[] signed(RevocationList list, FleetCa by, String service) {
        Credential signer = IdentityDirectory.load(by.layout().service(service), NOW)
                .signing()
                .orElseThrow();
        return SignedRevocationList.sign(list, signer);
    }
}
