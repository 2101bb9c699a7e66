package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.canary.CanarySearch;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.RawKafka;
import dev.sallyport.e2e.harness.SharedFleet;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.FleetPlan.Workload;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Forger;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A key that is revoked counts no more: neither its certificate on open connections nor what it signs. */
@ExtendWith(SharedFleet.class)
class RevokedKeysTest {
    private static Fleet fleet;
    private static KeysInForce keys;

    @BeforeAll
    static void prepare(Fleet shared) {
        fleet = shared;
        keys = new KeysInForce(shared);
    }

    @Test
    void aRevokedCertificateIsRefusedOnOpenConnectionsEverywhere() throws Exception {
        FleetCa ca = FleetCa.open(fleet.home(), Clock.systemUTC());
        ca.issueMissing(new FleetPlan(List.of(Workload.device("lost"), Workload.device("kept"))));
        String path = "/actuator/health";
        Map<String, KeptConnection> open = new LinkedHashMap<>();
        Map<String, KeptConnection> others = new LinkedHashMap<>();
        try (Mtls lost = Mtls.as(fleet, "device-lost");
                Mtls kept = Mtls.as(fleet, "device-kept");
                Mtls owner = Mtls.as(fleet, "owner")) {
            for (Map.Entry<String, URI> one : keys.connectors().entrySet()) {
                KeptConnection connection = KeptConnection.to(one.getValue(), lost);
                open.put(one.getKey(), connection);
                others.put(one.getKey(), KeptConnection.to(one.getValue(), kept));
                assertThat(connection.get(path).at("/code"))
                        .as("control: known, although not for devices")
                        .isEqualTo("CALLER_NOT_ADMITTED");
            }
            X509Certificate leaf =
                    IdentityDirectory.tlsLeaf(ca.layout().identities().resolve("device-lost"));
            long began = System.nanoTime();
            revoke(owner, leaf.getSerialNumber().toString(16), "lost");
            for (Map.Entry<String, KeptConnection> one : open.entrySet()) {
                Awaitility.await("refused by " + one.getKey())
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> one.getValue().get(path).at("/code").equals("CERTIFICATE_REVOKED"));
            }
            System.out.printf(
                    "a revoked certificate was refused on open connections of %d processes after %d ms%n",
                    open.size(), Duration.ofNanos(System.nanoTime() - began).toMillis());
            for (KeptConnection other : others.values()) {
                assertThat(other.get(path).at("/code"))
                        .as("control: another device")
                        .isEqualTo("CALLER_NOT_ADMITTED");
            }
        } finally {
            for (Map<String, KeptConnection> all : List.of(open, others)) {
                for (KeptConnection one : all.values()) {
                    one.close();
                }
            }
        }
    }

    @Test
    void aRevokedSigningKeySaysNothingMore() throws Exception {
        Path identity = fleet.home().resolve("identities/executor-service");
        Forger thief = Forger.with(identity);
        String serial = keys.serial("executor-service", false);
        RawKafka kafka = new RawKafka(fleet, "kafka-admin");
        String before = "thief:before-" + serial;
        kafka.write("AuditRecorded", before, statement(thief, before));
        Awaitility.await("control: what the key says before is a leaf")
                .atMost(Duration.ofMinutes(2))
                .until(() -> isLeaf(before));
        try (Mtls owner = Mtls.as(fleet, "owner")) {
            URI control = Objects.requireNonNull(keys.connectors().get("executor-service"));
            assertThat(keys.renew(control).status()).isEqualTo(200);
            revoke(owner, serial, "stolen");
        }
        Awaitility.await("what it says is put aside")
                .pollInterval(Duration.ofSeconds(1))
                .atMost(Duration.ofMinutes(2))
                .until(() -> {
                    String name = "thief:" + Instant.now().toEpochMilli();
                    kafka.write("AuditRecorded", name, statement(thief, name));
                    return !kafka.read("AuditRecorded.dlt", record -> contains(record.value(), name))
                            .isEmpty();
                });
        String after = "thief:after-" + serial;
        kafka.write("AuditRecorded", after, statement(thief, after));
        Awaitility.await("and so is all that follows")
                .atMost(Duration.ofMinutes(2))
                .until(() -> !kafka.read("AuditRecorded.dlt", record -> contains(record.value(), after))
                        .isEmpty());
        assertThat(isLeaf(after)).isFalse();
        Answer call = new Calls(fleet).echo("x");
        assertThat(call.at("/state/outcome"))
                .as("control: the service goes on with its new key: " + call)
                .isEqualTo("succeeded");
    }

    private static void revoke(Mtls owner, String serial, String reason) throws IOException {
        Answer revoked = owner.post(
                fleet.internalUrl("vault-service") + "/v1/certificates:revoke",
                "{\"serial\":\"%s\",\"reason\":\"%s\"}".formatted(serial, reason));
        assertThat(revoked.status()).as(revoked.toString()).isEqualTo(204);
    }

    private static boolean isLeaf(String subject) {
        return keys.entries("event=unfrozen&limit=200")
                .at("/items")
                .valueStream()
                .anyMatch(entry -> entry.path("subject").asString("").equals(subject));
    }

    /** Something that no consumer acts on: a freeze of nobody is lifted. */
    private static byte[] statement(Forger forger, String name) {
        SpiffeId by = SpiffeId.service(fleet.trust().trustDomain(), "executor-service");
        Issuance issued =
                new Issuance(fleet.trust().fleetId(), null, by, Instant.now().truncatedTo(ChronoUnit.MILLIS), null);
        Audit audit = Audit.of(issued, AuditEvent.UNFROZEN, null, List.of(), Map.of("scope", "nothing"));
        SignedStatement signed = forger.sign(Statement.of(Subject.named(name), audit));
        return new StatementRecord(signed, List.of(), List.of()).encode();
    }

    private static boolean contains(byte[] record, String name) {
        return !new CanarySearch().with("name", name).in(record).isEmpty();
    }
}
