package dev.sallyport.vault.secret;

import dev.sallyport.vault.keyring.KeyRing.Wrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows as stored; nothing in them is believed before it has been opened. */
final class SecretRow {
    private SecretRow() {}

    /**
     * A secret.
     *
     * @param pointer authenticates {@code currentVersion}
     */
    record Head(
            String secretId,
            String workspaceId,
            String name,
            int currentVersion,
            Wrapped pointer,
            Instant createdAt,
            String createdBy) {}

    /**
     * A version.
     *
     * @param sealed null once destroyed
     */
    record Version(
            String secretId,
            int version,
            @Nullable Sealed sealed,
            SecretTerms terms,
            Instant createdAt,
            String createdBy) {}

    /**
     * What lies encrypted.
     *
     * @param header format and algorithm
     * @param key the version's data key, wrapped
     * @param value the value, sealed under the data key
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Sealed(byte[] header, Wrapped key, byte[] value) {}
}
