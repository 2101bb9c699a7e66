package dev.sallyport.vault.secret;

import dev.sallyport.vault.keyring.KeyRing.Wrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows as stored; nothing in them is believed before it has been opened. */
final class SecretRow {
    private SecretRow() {}

    /**
     * Which secret it is. All of it is authenticated by every seal.
     *
     * @param secretId ULID
     * @param workspaceId the workspace that it belongs to
     * @param name unique in the workspace
     */
    record Identity(String secretId, String workspaceId, String name) {}

    /**
     * How a row came to be.
     *
     * @param at when, in milliseconds
     * @param by the principal
     */
    record Created(Instant at, String by) {}

    /**
     * A secret.
     *
     * @param pointer authenticates {@code currentVersion}
     */
    record Head(Identity id, int currentVersion, Wrapped pointer, Created created) {
        String secretId() {
            return id.secretId();
        }

        String reference() {
            return SecretReference.canonical(id.workspaceId(), id.name());
        }
    }

    /**
     * A version.
     *
     * @param sealed null once destroyed
     */
    record Version(int version, @Nullable Sealed sealed, SecretTerms terms, Created created) {}

    /**
     * The encrypted part of a version.
     *
     * @param header format and algorithm
     * @param key the version's data key, wrapped
     * @param value the value, sealed under the data key
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Sealed(byte[] header, Wrapped key, byte[] value) {}
}
