package dev.sallyport.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.protect.AesGcm;
import dev.sallyport.identity.protect.FileKeyProtector;
import dev.sallyport.identity.protect.SealedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The authorities' keys move from one protector to another, and a move that is cut short anywhere loses nothing. */
class ProtectorChoiceTest {
    @TempDir
    private Path temp;

    private FleetCa ca;
    private Path elsewhere;

    @BeforeEach
    void found() {
        ca = FleetCa.init(
                temp.resolve("fleet"),
                new FleetPlan(List.of(FleetPlan.Workload.service("policy-service"))),
                Clock.systemUTC());
        elsewhere = temp.resolve("elsewhere.key");
    }

    private String open() {
        Authorities issuing =
                Authorities.openIssuing(ca.layout().issuing(), ca.trust().fleetId(), Instant.now());
        return issuing.tls().leaf().getSerialNumber().toString(16);
    }

    @Test
    void theKeysMoveAndTheOldKeyOpensNothingMore() throws IOException {
        String before = open();
        ca.protect(FleetCa.Keys.ISSUING, "file:" + elsewhere);
        Files.delete(ca.layout().issuingProtector());
        assertThat(open()).isEqualTo(before);
        // The copy of the whole fleet's folder without the new key is no authority.
        Files.move(elsewhere, temp.resolve("taken"));
        assertThatThrownBy(this::open).isInstanceOf(IdentityException.class);
        Files.move(temp.resolve("taken"), elsewhere);
        Path mounted = Files.write(temp.resolve("mounted"), AesGcm.randomKey());
        Files.setPosixFilePermissions(mounted, PosixFilePermissions.fromString("r--------"));
        ca.protect(FleetCa.Keys.ISSUING, "mounted:" + mounted);
        Files.delete(elsewhere);
        assertThat(open()).isEqualTo(before);
        ca.protect(FleetCa.Keys.ROOT, "file:" + temp.resolve("root.key"));
        assertThat(temp.resolve("root.key")).exists();
    }

    @Test
    void aProtectorThatDoesNotWorkLeavesTheOneBefore() {
        String before = open();
        for (String wrong : List.of("mounted:/nowhere", "kms:/nowhere", "nothing:x")) {
            assertThatThrownBy(() -> ca.protect(FleetCa.Keys.ISSUING, wrong)).isInstanceOf(IdentityException.class);
            assertThat(open()).isEqualTo(before);
        }
    }

    @Test
    void aRotationThatWasCutShortIsFinishedBeforeTheKeysMove() throws IOException {
        String before = open();
        Path folder = ca.layout().issuing();
        Authorities roots = Authorities.openRoots(
                ca.layout().root(), ca.layout().rootProtector(), ca.trust().fleetId(), Instant.now());
        Authorities fresh =
                Authorities.newIssuing(roots, ca.trust().fleetId(), ca.trust().trustDomain(), Instant.now());
        fresh.writeBeside(
                folder.resolve("next"),
                folder,
                ca.layout().issuingProtector(),
                "issuing",
                ca.trust().fleetId());
        Files.write(folder.resolve("next").resolve("complete"), new byte[0]);
        ca.protect(FleetCa.Keys.ISSUING, "file:" + elsewhere);
        Files.delete(ca.layout().issuingProtector());
        assertThat(open())
                .isEqualTo(fresh.tls().leaf().getSerialNumber().toString(16))
                .isNotEqualTo(before);
    }

    /** The states that a kill leaves: the next protector named, and the keys under the old or the new one. */
    @Test
    void aMoveThatWasCutShortIsFinishedByDoingItAgain() throws IOException {
        String before = open();
        Path folder = ca.layout().issuing();
        Path sealed = folder.resolve(Authorities.SEALED_KEYS);
        FileKeyProtector to = FileKeyProtector.create(elsewhere);
        String context = "sallyport authorities issuing " + ca.trust().fleetId();
        byte[] keys = SealedFile.read(sealed, FileKeyProtector.open(ca.layout().issuingProtector()), context);
        OwnerOnly.writePublic(folder.resolve("protector.next"), ("file:" + elsewhere).getBytes(StandardCharsets.UTF_8));
        assertThat(open()).isEqualTo(before);
        SealedFile.replace(sealed, keys, to, context);
        assertThat(open()).isEqualTo(before);
        ca.protect(FleetCa.Keys.ISSUING, "file:" + elsewhere);
        assertThat(folder.resolve("protector.next")).doesNotExist();
        Files.delete(ca.layout().issuingProtector());
        assertThat(open()).isEqualTo(before);
    }
}
