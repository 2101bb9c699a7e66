package dev.sallyport.identity.ca;

import dev.sallyport.identity.OwnerOnly;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where things lie in the fleet's directory.
 *
 * <pre>
 * trust.json                    what everybody pins; written last, so its presence means: complete
 * root/                         the roots' keys, sealed; may be moved to a safe place after the first start
 * issuing/                      the issuing keys, sealed; vault-service's
 * log/log.key                   the ledger's Ed25519 key; attestation-service's
 * identities/service/NAME       one identity directory per workload, the path of its SPIFFE id
 * identities/infra/NAME
 * identities/executor/POOL/NODE
 * identities/device/ID
 * </pre>
 *
 * @param directory the fleet's directory
 */
public record FleetLayout(Path directory) {
    /** {@code trust.json}. */
    public Path trust() {
        return directory.resolve("trust.json");
    }

    /** The folder of the root authorities. */
    public Path root() {
        return directory.resolve("root");
    }

    /** The folder of the issuing authorities. */
    public Path issuing() {
        return directory.resolve("issuing");
    }

    /** The folder of the log's key. */
    public Path log() {
        return directory.resolve("log");
    }

    /** The log's key, PKCS#8 PEM. */
    public Path logKey() {
        return log().resolve("log.key");
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
        Path path = identities().resolve(segment(kind));
        for (String name : names) {
            path = path.resolve(name);
        }
        return path;
    }

    /** The identity directory of a service. */
    public Path service(String name) {
        return identity(SpiffeId.Kind.SERVICE, List.of(name));
    }

    /** Creates the folders above the identity directories, passable but not listable for other users. */
    void createIdentities() throws IOException {
        OwnerOnly.createDirectory(identities());
        open(identities());
        for (SpiffeId.Kind kind : SpiffeId.Kind.values()) {
            Path folder = identities().resolve(segment(kind));
            OwnerOnly.createDirectory(folder);
            open(folder);
        }
    }

    /** Makes the folder of a pool passable, if the workload has one. */
    void createParents(SpiffeId id) throws IOException {
        Path parent = identities().resolve(segment(id.kind()));
        for (String name : id.names().subList(0, id.names().size() - 1)) {
            parent = parent.resolve(name);
            if (!Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
                OwnerOnly.createDirectory(parent);
                open(parent);
            }
        }
    }

    /** Every workload that has an identity directory here. */
    List<SpiffeId> workloads(String trustDomain) throws IOException {
        List<SpiffeId> found = new ArrayList<>();
        for (SpiffeId.Kind kind : SpiffeId.Kind.values()) {
            for (String name : children(identities().resolve(segment(kind)))) {
                if (kind == SpiffeId.Kind.EXECUTOR) {
                    for (String node :
                            children(identities().resolve(segment(kind)).resolve(name))) {
                        found.add(new SpiffeId(trustDomain, kind, List.of(name, node)));
                    }
                } else {
                    found.add(new SpiffeId(trustDomain, kind, List.of(name)));
                }
            }
        }
        return List.copyOf(found);
    }

    private static List<String> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static void open(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private static String segment(SpiffeId.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
