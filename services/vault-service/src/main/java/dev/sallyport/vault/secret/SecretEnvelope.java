package dev.sallyport.vault.secret;

import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.protect.AesGcm;
import dev.sallyport.vault.VaultException.Damaged;
import dev.sallyport.vault.keyring.KeyRing;
import dev.sallyport.vault.keyring.KeyRing.Wrapped;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens versions: AES-256-GCM under a data key of the version's own, which the key ring wraps. Everything that
 * identifies the row is authenticated with it, so that a row swapped with another's, edited, or put back in another's
 * place does not open.
 */
final class SecretEnvelope {
    /** Magic, format 1, algorithm 1 (AES-256-GCM). An unknown or missing header is refused, never passed through. */
    private static final byte[] HEADER = {'S', 'L', 'Y', 'V', 1, 1};

    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyRing ring;

    SecretEnvelope(KeyRing ring) {
        this.ring = ring;
    }

    /** Seals a value; the caller zeroes it. */
    SecretRow.Sealed seal(
            String workspaceId,
            String secretId,
            String name,
            int version,
            SecretTerms terms,
            Instant createdAt,
            String createdBy,
            byte[] value) {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        byte[] identity = identity(workspaceId, secretId, name, version, terms, createdAt, createdBy);
        try {
            return new SecretRow.Sealed(HEADER.clone(), ring.wrap(key, identity), AesGcm.seal(key, value, identity));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Opens a version; the caller zeroes the value.
     *
     * @throws Damaged when any part of the row is not what was sealed
     */
    byte[] open(SecretRow.Head head, SecretRow.Version version) {
        SecretRow.Sealed sealed = version.sealed();
        if (sealed == null || !Arrays.equals(sealed.header(), HEADER)) {
            throw new Damaged(what(head, version.version()) + " has no known header");
        }
        byte[] identity = identity(head, version);
        try {
            byte[] key = ring.unwrap(sealed.key(), identity);
            try {
                return AesGcm.open(key, sealed.value(), identity);
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        } catch (SealBroken e) {
            throw new Damaged(what(head, version.version()) + " does not open: its row was changed");
        }
    }

    /** The same data key under the active term; null when it is there already. */
    @Nullable
    Wrapped rewrap(SecretRow.Head head, SecretRow.Version version) {
        SecretRow.Sealed sealed = version.sealed();
        if (sealed == null || sealed.key().term() == ring.activeTerm()) {
            return null;
        }
        byte[] identity = identity(head, version);
        byte[] key = ring.unwrap(sealed.key(), identity);
        try {
            return ring.wrap(key, identity);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Authenticates which version of a secret is the current one. */
    Wrapped point(String workspaceId, String secretId, String name, int currentVersion) {
        return ring.wrap(new byte[0], pointer(workspaceId, secretId, name, currentVersion));
    }

    /** {@link Damaged} unless the current version is what {@link #point} was told. */
    void verifyPointer(SecretRow.Head head) {
        try {
            ring.unwrap(
                    head.pointer(), pointer(head.workspaceId(), head.secretId(), head.name(), head.currentVersion()));
        } catch (SealBroken e) {
            throw new Damaged(what(head, head.currentVersion()) + " is not the current version that was sealed");
        }
    }

    private static byte[] pointer(String workspaceId, String secretId, String name, int currentVersion) {
        return fields(
                List.of("sallyport/secret-pointer/v1", workspaceId, secretId, name, Integer.toString(currentVersion)));
    }

    private static byte[] identity(SecretRow.Head head, SecretRow.Version version) {
        return identity(
                head.workspaceId(),
                version.secretId(),
                head.name(),
                version.version(),
                version.terms(),
                version.createdAt(),
                version.createdBy());
    }

    private static byte[] identity(
            String workspaceId,
            String secretId,
            String name,
            int version,
            SecretTerms terms,
            Instant createdAt,
            String createdBy) {
        Instant expiresAt = terms.expiresAt();
        return fields(List.of(
                "sallyport/secret/v1",
                new String(HEADER, StandardCharsets.ISO_8859_1),
                workspaceId,
                secretId,
                name,
                Integer.toString(version),
                String.join(",", terms.hosts()),
                String.join(",", terms.deliveries()),
                String.join(",", terms.principals()),
                String.join(",", terms.channels()),
                expiresAt == null ? "" : expiresAt.toString(),
                Integer.toString(terms.readsPerMinute()),
                createdAt.toString(),
                createdBy));
    }

    /** Each field with its length in front, so that no two lists of fields give the same bytes. */
    private static byte[] fields(List<String> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String field : fields) {
            byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static String what(SecretRow.Head head, int version) {
        return "secret " + head.secretId() + " version " + version;
    }
}
