package dev.sallyport.vault.keyring;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The key ring ({@code sallyport.vault.*}).
 *
 * @param keyringKey the key file that protects the key ring, 32 random bytes, 0600; made at the first start. It counts
 *     where no other protector is named
 * @param keyringProtector what protects the key ring, as {@code kind:where}; {@code file:} and the key file by default
 * @param keyringProtectorBefore what has protected it until now, in the same form; named for the one start that moves the
 *     ring from there to the protector. Absent by default: a ring under anything but its protector is refused
 * @param rotateAfterSeals a key of the ring gets a successor after so many uses; default and most 2^31, the bound for
 *     random nonces
 * @param rotateAfter a key of the ring gets a successor at that age; default 90 days
 */
@Validated
@ConfigurationProperties("sallyport.vault")
record KeyRingProperties(
        @NotNull Path keyringKey,
        @Nullable String keyringProtector,
        @Nullable String keyringProtectorBefore,

        @DefaultValue("2147483648") @Min(1) @Max(2147483648L)
        long rotateAfterSeals,

        @DefaultValue("90d") @NotNull Duration rotateAfter) {
    /** The protector's setting. */
    String protector() {
        return keyringProtector == null ? "file:" + keyringKey : keyringProtector;
    }

    /** How people know it. */
    String named() {
        return keyringProtector == null ? "the key file " + keyringKey : "the key protector " + keyringProtector;
    }
}
