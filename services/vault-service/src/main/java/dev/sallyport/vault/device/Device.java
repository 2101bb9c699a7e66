package dev.sallyport.vault.device;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A device or an agent with certificates of its own.
 *
 * @param spiffeId who it is
 * @param label what people call it; its name where nobody named it
 * @param state {@code active}, {@code expired} or {@code revoked}
 * @param serial of its newest certificate that was issued here; null when that has expired long ago
 * @param notAfter the end of that certificate; null like it
 * @param pairedAt when it was paired last; null for one that got in otherwise
 * @param pairedBy who opened the window; null like it
 */
public record Device(
        String spiffeId,
        String label,
        String state,
        @Nullable String serial,
        @Nullable Instant notAfter,
        @Nullable Instant pairedAt,
        @Nullable String pairedBy) {}
