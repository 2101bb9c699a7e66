package dev.sallyport.vault.ca;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The issuing authorities ({@code sallyport.vault.*}).
 *
 * @param issuingDir their folder, {@code ca/issuing} of the fleet's directory; required
 */
@Validated
@ConfigurationProperties("sallyport.vault")
record IssuingProperties(@NotNull Path issuingDir) {}
