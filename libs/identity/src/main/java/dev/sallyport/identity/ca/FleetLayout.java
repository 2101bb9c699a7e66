package dev.sallyport.identity.ca;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where things lie in the fleet's directory.
 *
 * <pre>
 * trust.json              what everybody pins; written last, so its presence means: complete
 * ca/root/                the roots' keys, sealed; may be moved to a safe place after the first start
 * ca/issuing/             the issuing keys, sealed; vault-service's
 * identities/NAME/        one identity directory per workload: policy-service, kafka, node-POOL-NODE, owner,
 *                         device-ID, agent-ID; a service's second replica has policy-service-2
 * identities/attestation-service/log/log.key   the ledger's Ed25519 key
 * </pre>
 *
 * @param directory the fleet's directory
 */
public record FleetLayout(Path directory) {
    /** So many replicas of a service can have their first certificates made here. */
    public static final int MOST_REPLICAS = 9;

    private static final String OWNER = "owner";

    /** {@code trust.json}. */
    public Path trust() {
        return directory.resolve("trust.json");
    }

    /** The folder of the root authorities. */
    public Path root() {
        return directory.resolve("ca").resolve("root");
    }

    /** The folder of the issuing authorities. */
    public Path issuing() {
        return directory.resolve("ca").resolve("issuing");
    }

    /** The folder of the keys that the authorities' keys are sealed under: another one than theirs. */
    public Path protectors() {
        return directory.resolve("protector");
    }

    /** What the root authorities' keys are sealed under. */
    public Path rootProtector() {
        return protectors().resolve("root.key");
    }

    /** What the issuing authorities' keys are sealed under; vault-service's, like them. */
    public Path issuingProtector() {
        return protectors().resolve("issuing.key");
    }

    /** Where it lies by default, seen from the folder of the issuing authorities. */
    public static Path protectorOf(Path issuing) {
        Path absolute = issuing.toAbsolutePath().normalize();
        Path fleet = absolute.getNameCount() < 3
                ? absolute
                : absolute.resolve("../..").normalize();
        return new FleetLayout(fleet).issuingProtector();
    }

    /** The log's key, PKCS#8 PEM. */
    public Path logKey() {
        return service("attestation-service").resolve("log").resolve("log.key");
    }

    /** The folder of all identities. */
    public Path identities() {
        return directory.resolve("identities");
    }

    /** The identity directory of a workload. */
    public Path identity(SpiffeId id) {
        return identity(id.kind(), id.names());
    }

    /** The identity directory of a workload, by the segments of its SPIFFE id. */
    public Path identity(SpiffeId.Kind kind, List<String> names) {
        String name = String.join("-", names);
        return identities()
                .resolve(
                        switch (kind) {
                            case SERVICE, INFRA -> name;
                            case EXECUTOR -> "node-" + name;
                            case DEVICE -> name.equals(OWNER) ? OWNER : "device-" + name;
                            case AGENT -> "agent-" + name;
                        });
    }

    /** The identity directory of a service's replica, from 1 on. */
    public Path identity(SpiffeId id, int replica) {
        Path first = identity(id);
        return replica == 1 ? first : first.resolveSibling(first.getFileName() + "-" + replica);
    }

    /** Whether the identity of that workload, or of one of its replicas where it is a service, belongs there. */
    boolean belongs(SpiffeId id, Path directory) {
        int replicas = id.kind() == SpiffeId.Kind.SERVICE ? MOST_REPLICAS : 1;
        return IntStream.rangeClosed(1, replicas)
                .anyMatch(replica -> identity(id, replica).equals(directory));
    }

    /** The identity directory of a service. */
    public Path service(String name) {
        return identity(SpiffeId.Kind.SERVICE, List.of(name));
    }

    /** Creates the folder of the protectors' keys; each has its owner, who passes through and does not list. */
    void createProtectors() throws IOException {
        OwnerOnly.createDirectory(protectors());
        Files.setPosixFilePermissions(protectors(), PosixFilePermissions.fromString("rwx--x--x"));
    }

    /** Creates the folder of the identities, passable but not listable for other users. */
    void createIdentities() throws IOException {
        OwnerOnly.createDirectory(identities());
        Files.setPosixFilePermissions(identities(), PosixFilePermissions.fromString("rwx--x--x"));
    }

    /** Every identity directory here that holds an identity. */
    List<Path> workloads() throws IOException {
        try (Stream<Path> paths = Files.list(identities())) {
            return paths.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> Files.exists(path.resolve(IdentityDirectory.CURRENT), LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }
}
