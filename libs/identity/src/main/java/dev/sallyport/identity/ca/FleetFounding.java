package dev.sallyport.identity.ca;

import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.identity.Pem;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the authorities in a hidden folder, marks it complete, then moves its parts into place, trust.json last. So a
 * run that was cut short before the mark left nothing that counts, and one cut short after it can be finished.
 */
final class FleetFounding {
    private static final String STAGING = ".founding";
    private static final String COMPLETE = "complete";
    private static final List<String> PARTS = List.of("protector", "ca", "identities", "trust.json");

    private final FleetLayout layout;
    private final Clock clock;

    FleetFounding(FleetLayout layout, Clock clock) {
        this.layout = layout;
        this.clock = clock;
    }

    void run() throws IOException {
        Path directory = layout.directory();
        OwnerOnly.createDirectory(directory);
        // Other users pass through to the one folder that is theirs; they cannot list.
        if (OwnerOnly.isMe(OwnerOnly.owner(directory))) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        }
        try (FileChannel channel = FileChannel.open(
                        directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new FleetState("another command is at work in " + directory);
            }
            found();
        }
    }

    private void found() throws IOException {
        Path staging = layout.directory().resolve(STAGING);
        if (exists(layout.trust())) {
            separateProtectors();
            verifyWhole();
        } else if (exists(staging.resolve(COMPLETE))) {
            publish(staging);
        } else {
            verifyEmpty();
            delete(staging);
            prepare(staging);
            publish(staging);
        }
        delete(staging);
    }

    /** An earlier version left the protectors' keys beside what is sealed under them. */
    private void separateProtectors() throws IOException {
        Path beforeRoot = layout.root().resolve("protector.key");
        Path beforeIssuing = layout.issuing().resolve("protector.key");
        if (!exists(layout.protectors())) {
            layout.createProtectors();
        }
        if (exists(beforeRoot)) {
            Files.move(beforeRoot, layout.rootProtector(), StandardCopyOption.ATOMIC_MOVE);
        }
        if (exists(beforeIssuing)) {
            Files.move(beforeIssuing, layout.issuingProtector(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void prepare(Path staging) throws IOException {
        Instant now = clock.instant();
        String fleetId = FleetId.fresh(now);
        String trustDomain = FleetId.trustDomain(fleetId);
        FleetLayout inside = new FleetLayout(staging);
        OwnerOnly.createDirectory(staging);
        OwnerOnly.createDirectory(staging.resolve("ca"));
        Files.setPosixFilePermissions(staging.resolve("ca"), PosixFilePermissions.fromString("rwx--x--x"));
        inside.createProtectors();
        Authorities roots = Authorities.newRoots(fleetId, trustDomain, now);
        roots.write(inside.root(), inside.rootProtector(), "root", fleetId);
        Authorities.newIssuing(roots, fleetId, trustDomain, now)
                .write(inside.issuing(), inside.issuingProtector(), "issuing", fleetId);
        KeyPair log = KeyTypes.newSigningPair();
        inside.createIdentities();
        OwnerOnly.createDirectory(parent(inside.logKey()));
        byte[] logKey = Pem.ofPrivateKey(log.getPrivate());
        OwnerOnly.write(inside.logKey(), logKey);
        Arrays.fill(logKey, (byte) 0);
        TrustRoots trust = new TrustRoots(
                1,
                fleetId,
                trustDomain,
                List.of(new String(Pem.ofCertificates(roots.tls().chain()), StandardCharsets.US_ASCII)),
                List.of(new String(Pem.ofCertificates(roots.signing().chain()), StandardCharsets.US_ASCII)),
                List.of(LogKey.verifierKey(LogKey.origin(trustDomain), log.getPublic())));
        OwnerOnly.writePublic(inside.trust(), trust.toJson());
        OwnerOnly.sync(staging);
        OwnerOnly.write(staging.resolve(COMPLETE), new byte[0]);
        OwnerOnly.sync(staging);
    }

    private void publish(Path staging) throws IOException {
        for (String part : PARTS) {
            Path from = staging.resolve(part);
            if (exists(from)) {
                Files.move(from, layout.directory().resolve(part), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        OwnerOnly.sync(layout.directory());
        verifyWhole();
    }

    private void verifyWhole() {
        for (Path part : List.of(
                layout.trust(), layout.issuing(), layout.issuingProtector(), layout.identities(), layout.logKey())) {
            if (!exists(part)) {
                throw new FleetState("the fleet in " + layout.directory() + " is not whole: "
                        + layout.directory().relativize(part)
                        + " is missing. Restore it from a backup; a new one would be another fleet");
            }
        }
    }

    private void verifyEmpty() {
        for (String part : PARTS) {
            if (exists(layout.directory().resolve(part))) {
                throw new FleetState("there is " + part + " but no trust.json in " + layout.directory()
                        + ". Restore trust.json from a backup, or empty the directory to begin a new fleet");
            }
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static void delete(Path root) throws IOException {
        if (!exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
