package dev.sallyport.vault.keyring;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The key ring ({@code sallyport.vault.*}).
 *
 * @param keyringKey the key file that protects the key ring, 32 random bytes, 0600; made at the first start
 * @param rotateAfterSeals a key of the ring gets a successor after so many uses; default and most 2^31, the bound for
 *     random nonces
 * @param rotateAfter a key of the ring gets a successor at that age; default 90 days
 */
@Validated
@ConfigurationProperties("sallyport.vault")
record KeyRingProperties(
        @NotNull Path keyringKey,

        @DefaultValue("2147483648") @Min(1) @Max(2147483648L)
        long rotateAfterSeals,

        @DefaultValue("90d") @NotNull Duration rotateAfter) {}
