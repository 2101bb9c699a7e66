package dev.sallyport.servicekit.identity;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Where the workload's identity lies.
 *
 * @param dir the identity directory ({@code trust.json}, {@code tls/}, {@code signing/}); required
 */
@Validated
@ConfigurationProperties("sallyport.identity")
public record IdentityProperties(@NotNull Path dir) {}
