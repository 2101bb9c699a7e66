package dev.sallyport.identity;

import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.IdentityException.CertificateRefused.Reason;
import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.IdentityException.Malformed;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds one workload's identity.
 *
 * <pre>
 * current -> v-…       a symbolic link, replaced by rename: key and certificate always belong together
 * tls -> current/tls, signing -> current/signing, trust.json -> current/trust.json
 * tls/tls.key          PKCS#8 PEM, P-256, 0600
 * tls/tls.crt          leaf, then the issuing certificate
 * tls/ca.crt           the TLS roots
 * tls/tls.pem          key and chain in one file, infrastructure only (Kafka's PEM store), 0600
 * signing/signing.key  PKCS#8 PEM, Ed25519, 0600; absent where no statements are signed
 * signing/signing.crt  leaf, then the issuing certificate
 * trust.json
 * </pre>
 *
 * <p>Windows lets few users make links: there {@code current} is a file with the version's name, and the other two are not.
 *
 * <p>Files are read through {@code current} resolved once, so a renewal in between cannot mix two versions.
 */
public final class IdentityDirectory {
    /** The name of the link to the version in force. */
    public static final String CURRENT = "current";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String VERSION_PREFIX = "v-";
    private static final Pattern VERSION = Pattern.compile("v-[0-9]{1,19}-[0-9a-f]{8}");
    private static final int LONGEST_NAME = 64;

    private IdentityDirectory() {}

    /**
     * Loads and checks the identity in force.
     *
     * @param directory the identity directory, or one version inside it
     * @param now the moment its certificates must be valid at
     * @throws IdentityException naming the file or certificate and what is wrong with it
     */
    public static WorkloadIdentity load(Path directory, Instant now) {
        Path version = inForce(directory);
        TrustRoots trust = trustIn(version.resolve("trust.json"));
        Credential tls = credential(version.resolve("tls").resolve("tls.key"), certificateFile(version));
        SpiffeId id = verified(tls, trust.tlsRoots(), trust, now, certificateFile(version));
        if (!KeyTypes.isTls(tls.leaf().getPublicKey())) {
            throw new CertificateRefused(Reason.KEY_MISMATCH, certificateFile(version) + " is not for a P-256 key");
        }
        verifyRootsFile(version.resolve("tls").resolve("ca.crt"), trust);
        return new WorkloadIdentity(id, tls, signing(version, trust, id, now), trust);
    }

    /** The TLS leaf in force, without touching a private key or judging it: for looking at expiry. */
    public static X509Certificate tlsLeaf(Path directory) {
        return tlsChain(directory).getFirst();
    }

    /** The TLS leaf in force and what is above it; see {@link #tlsLeaf}. */
    public static List<X509Certificate> tlsChain(Path directory) {
        return chain(certificateFile(inForce(directory)));
    }

    /** The roots in force, without looking at anything else. */
    public static TrustRoots trust(Path directory) {
        return trustIn(inForce(directory).resolve("trust.json"));
    }

    /** The signing leaf in force, null where no statements are signed; see {@link #tlsLeaf}. */
    public static @Nullable X509Certificate signingLeaf(Path directory) {
        Path file = inForce(directory).resolve("signing").resolve("signing.crt");
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? chain(file).getFirst() : null;
    }

    /**
     * Writes a new version and puts it in force at once. Run as uid 0, the files get the owner of the directory.
     *
     * @throws FileFailed when the disk refuses; the version in force then stays
     */
    public static void write(Path directory, WorkloadIdentity identity) {
        try {
            OwnerOnly.createDirectory(directory);
            String name = VERSION_PREFIX + System.currentTimeMillis() + "-" + random();
            // Prepared beside the directory when that belongs to another user, who could otherwise swap parts for links
            // while a privileged process writes through them.
            boolean mine = OwnerOnly.isMine(directory);
            Path staging = mine ? directory.resolve("." + name) : sibling(directory, "." + name);
            fill(staging, identity);
            if (!mine) {
                chown(staging, OwnerOnly.owner(directory));
            }
            Files.move(staging, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            if (AccessLists.areUsedAt(directory)) {
                OwnerOnly.replace(directory.resolve(CURRENT), name.getBytes(StandardCharsets.US_ASCII));
            } else {
                putInForce(directory, name, identity.signing().isPresent());
            }
            OwnerOnly.sync(directory);
            if (mine) {
                prune(directory, name);
            }
        } catch (AtomicMoveNotSupportedException e) {
            throw new FileFailed(directory + " lies on a file system without atomic rename", e);
        } catch (IOException e) {
            throw new FileFailed("cannot write the identity in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void putInForce(Path directory, String version, boolean signs) throws IOException {
        Path link = directory.resolve(".link-" + random());
        Files.createSymbolicLink(link, Path.of(version));
        Files.move(link, directory.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE);
        link(directory, "tls");
        link(directory, "trust.json");
        if (signs) {
            link(directory, "signing");
        }
    }

    /** A stable path into whatever version is in force. */
    private static void link(Path directory, String part) throws IOException {
        Path link = directory.resolve(part);
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Files.createSymbolicLink(link, Path.of(CURRENT, part));
        }
    }

    private static void fill(Path staging, WorkloadIdentity identity) throws IOException {
        Path tls = staging.resolve("tls");
        OwnerOnly.createDirectory(tls);
        byte[] key = Pem.ofPrivateKey(identity.tls().key());
        byte[] chain = Pem.ofCertificates(identity.tls().chain());
        OwnerOnly.write(tls.resolve("tls.key"), key);
        OwnerOnly.writePublic(tls.resolve("tls.crt"), chain);
        OwnerOnly.writePublic(
                tls.resolve("ca.crt"), Pem.ofCertificates(identity.trust().tlsRoots()));
        if (identity.id().kind() == SpiffeId.Kind.INFRA) {
            byte[] both = Arrays.copyOf(key, key.length + chain.length);
            System.arraycopy(chain, 0, both, key.length, chain.length);
            OwnerOnly.write(tls.resolve("tls.pem"), both);
            Arrays.fill(both, (byte) 0);
        }
        Arrays.fill(key, (byte) 0);
        Credential signing = identity.signingOrNull();
        if (signing != null) {
            Path folder = staging.resolve("signing");
            OwnerOnly.createDirectory(folder);
            byte[] secret = Pem.ofPrivateKey(signing.key());
            OwnerOnly.write(folder.resolve("signing.key"), secret);
            Arrays.fill(secret, (byte) 0);
            OwnerOnly.writePublic(folder.resolve("signing.crt"), Pem.ofCertificates(signing.chain()));
            OwnerOnly.sync(folder);
        }
        OwnerOnly.writePublic(staging.resolve("trust.json"), identity.trust().toJson());
        OwnerOnly.sync(tls);
        OwnerOnly.sync(staging);
    }

    private static Path inForce(Path directory) {
        Path link = directory.resolve(CURRENT);
        try {
            if (Files.isRegularFile(link, LinkOption.NOFOLLOW_LINKS)) {
                return named(directory, link);
            }
            return (Files.exists(link) ? link : directory).toRealPath();
        } catch (IOException e) {
            throw new FileFailed(
                    "there is no identity in " + directory + ". Make one with: sallyport ca init, or join the fleet",
                    e);
        }
    }

    private static Path named(Path directory, Path file) throws IOException {
        String name = new String(OwnerOnly.read(file, LONGEST_NAME), StandardCharsets.US_ASCII);
        if (!VERSION.matcher(name).matches()) {
            throw new Malformed(file + " does not name a version of the identity");
        }
        return directory.resolve(name).toRealPath();
    }

    private static Path certificateFile(Path version) {
        return version.resolve("tls").resolve("tls.crt");
    }

    private static @Nullable Credential signing(Path version, TrustRoots trust, SpiffeId id, Instant now) {
        Path folder = version.resolve("signing");
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        Path certificate = folder.resolve("signing.crt");
        Credential signing = credential(folder.resolve("signing.key"), certificate);
        SpiffeId signer = verified(signing, trust.signingRoots(), trust, now, certificate);
        if (!signer.equals(id)) {
            throw new CertificateRefused(
                    Reason.SPIFFE_ID_MALFORMED,
                    certificate + " is for " + signer + " but the TLS certificate for " + id);
        }
        if (!KeyTypes.isSigning(signing.leaf().getPublicKey())) {
            throw new CertificateRefused(Reason.KEY_MISMATCH, certificate + " is not for an Ed25519 key");
        }
        return signing;
    }

    private static Credential credential(Path keyFile, Path certificateFile) {
        List<X509Certificate> chain = chain(certificateFile);
        byte[] pem = OwnerOnly.read(keyFile, Pem.LARGEST);
        try {
            return new Credential(Pem.privateKey(pem), chain);
        } catch (Malformed e) {
            throw new Malformed(keyFile + ": " + e.getMessage(), e);
        } catch (CertificateRefused e) {
            throw new CertificateRefused(e.reason(), keyFile + " and " + certificateFile + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    private static List<X509Certificate> chain(Path file) {
        try {
            return Pem.certificates(OwnerOnly.readPublic(file, Pem.LARGEST));
        } catch (Malformed e) {
            throw new Malformed(file + ": " + e.getMessage(), e);
        }
    }

    private static SpiffeId verified(
            Credential credential, List<X509Certificate> roots, TrustRoots trust, Instant now, Path file) {
        try {
            return X509Svid.verify(credential.chain(), roots, trust.trustDomain(), now);
        } catch (CertificateRefused e) {
            String advice = e.reason() == Reason.EXPIRED ? ". Run: sallyport ca renew" : "";
            throw new CertificateRefused(e.reason(), file + ": " + e.getMessage() + advice, e);
        }
    }

    private static void verifyRootsFile(Path file, TrustRoots trust) {
        if (!new HashSet<>(chain(file)).equals(new HashSet<>(trust.tlsRoots()))) {
            throw new CertificateRefused(Reason.UNTRUSTED, file + " does not hold the roots of trust.json");
        }
    }

    private static TrustRoots trustIn(Path file) {
        try {
            return TrustRoots.parse(OwnerOnly.readPublic(file, Pem.LARGEST));
        } catch (IllegalArgumentException e) {
            throw new Malformed(file + ": " + e.getMessage(), e);
        }
    }

    private static void chown(Path root, UserPrincipal owner) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setOwner(owner);
            }
        }
    }

    /** Keeps the version in force and the one before it: a reader may just have resolved that. */
    private static void prune(Path directory, String inForce) throws IOException {
        List<Path> versions;
        try (Stream<Path> paths = Files.list(directory)) {
            versions = paths.filter(path -> name(path).startsWith(VERSION_PREFIX))
                    .filter(path -> !name(path).equals(inForce))
                    .sorted(Comparator.comparing(IdentityDirectory::name).reversed())
                    .skip(1)
                    .toList();
        }
        for (Path old : versions) {
            delete(old);
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static Path sibling(Path directory, String name) throws IOException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("an identity directory has a parent");
        }
        return Files.createTempDirectory(
                parent, name, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    private static String random() {
        byte[] bytes = new byte[4];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
