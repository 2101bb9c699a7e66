package dev.sallyport.vault;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Configuration of vault-service.
 *
 * @param issuingDir the folder of the issuing authorities ({@code ca/issuing} of the fleet's directory); required
 * @param keyringKey the key file that protects the key ring, 32 random bytes, 0600; made at the first start
 * @param rotateAfterSeals a key of the ring gets a successor after so many uses; default and most 2^31 (random nonces)
 * @param rotateAfter a key of the ring gets a successor at that age; default 90 days
 * @param joinTokenLife how long a join token can be used; default 15 minutes
 */
@Validated
@ConfigurationProperties("sallyport.vault")
public record VaultProperties(
        @NotNull Path issuingDir,
        @NotNull Path keyringKey,

        @DefaultValue("2147483648") @Min(1) @Max(2147483648L)
        long rotateAfterSeals,

        @DefaultValue("90d") @NotNull Duration rotateAfter,
        @DefaultValue("15m") @NotNull Duration joinTokenLife) {}
