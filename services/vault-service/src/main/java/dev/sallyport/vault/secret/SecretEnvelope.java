package dev.sallyport.vault.secret;

import dev.sallyport.identity.IdentityException.SealBroken;
import dev.sallyport.identity.protect.AesGcm;
import dev.sallyport.vault.VaultException.Damaged;
import dev.sallyport.vault.keyring.KeyRing;
import dev.sallyport.vault.keyring.KeyRing.Wrapped;
import dev.sallyport.vault.secret.SecretRow.Created;
import dev.sallyport.vault.secret.SecretRow.Head;
import dev.sallyport.vault.secret.SecretRow.Identity;
import dev.sallyport.vault.secret.SecretRow.Sealed;
import dev.sallyport.vault.secret.SecretRow.Version;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens versions: AES-256-GCM under a data key of the version's own, which the key ring wraps. Everything
 * that identifies the row is authenticated with it. A row that was edited, swapped with another, or put in another's
 * place does not open.
 */
final class SecretEnvelope {
    /** Magic, format 1, algorithm 1 (AES-256-GCM). An unknown or missing header is refused, never passed through. */
    private static final byte[] HEADER = {'S', 'L', 'Y', 'V', 1, 1};

    private final KeyRing ring;

    SecretEnvelope(KeyRing ring) {
        this.ring = ring;
    }

    /** Seals a value as a new version; the caller zeroes the value. */
    Version seal(Identity id, int version, SecretTerms terms, Created created, byte[] value) {
        byte[] key = AesGcm.randomKey();
        byte[] identity = identity(id, version, terms, created);
        try {
            Sealed sealed = new Sealed(HEADER.clone(), ring.wrap(key, identity), AesGcm.seal(key, value, identity));
            return new Version(version, sealed, terms, created);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Opens a version; the caller zeroes the value.
     *
     * @throws Damaged when any part of the row is not what was sealed
     */
    byte[] open(Head head, Version version) {
        Sealed sealed = version.sealed();
        if (sealed == null || !Arrays.equals(sealed.header(), HEADER)) {
            throw new Damaged(named(head, version.version()) + " has no known header.");
        }
        byte[] identity = identity(head, version);
        try {
            byte[] key = ring.unwrap(sealed.key(), identity);
            try {
                return AesGcm.open(key, sealed.value(), identity);
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        } catch (SealBroken _) {
            throw new Damaged(named(head, version.version()) + " does not open: its row was changed.");
        }
    }

    /** The same data key wrapped under the active term; null when it lies under that term already. */
    @Nullable
    Wrapped rewrap(Head head, Version version) {
        Sealed sealed = version.sealed();
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

    /** A seal over which version of a secret is the current one. */
    Wrapped point(Identity id, int currentVersion) {
        return ring.wrap(new byte[0], pointer(id, currentVersion));
    }

    /** {@link Damaged} unless the current version is the one that {@link #point} sealed. */
    void verifyPointer(Head head) {
        try {
            ring.unwrap(head.pointer(), pointer(head.id(), head.currentVersion()));
        } catch (SealBroken _) {
            throw new Damaged(named(head, head.currentVersion()) + " is not the current version that was sealed.");
        }
    }

    private static byte[] pointer(Identity id, int currentVersion) {
        return fields(List.of(
                "sallyport/secret-pointer/v1",
                id.workspaceId(),
                id.secretId(),
                id.name(),
                Integer.toString(currentVersion)));
    }

    private static byte[] identity(Head head, Version version) {
        return identity(head.id(), version.version(), version.terms(), version.created());
    }

    private static byte[] identity(Identity id, int version, SecretTerms terms, Created created) {
        Instant expiresAt = terms.expiresAt();
        return fields(List.of(
                "sallyport/secret/v1",
                new String(HEADER, StandardCharsets.ISO_8859_1),
                id.workspaceId(),
                id.secretId(),
                id.name(),
                Integer.toString(version),
                String.join(",", terms.hosts()),
                String.join(",", terms.deliveries()),
                String.join(",", terms.principals()),
                String.join(",", terms.channels()),
                expiresAt == null ? "" : expiresAt.toString(),
                Integer.toString(terms.readsPerMinute()),
                created.at().toString(),
                created.by()));
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

    private static String named(Head head, int version) {
        return "Secret " + head.secretId() + " version " + version;
    }
}
