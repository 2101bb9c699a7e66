package dev.sallyport.vault.ca;

import dev.sallyport.identity.ca.FleetLayout;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The issuing authorities ({@code sallyport.vault.*}).
 *
 * @param issuingDir their folder, {@code ca/issuing} of the fleet's directory; required
 * @param protectorKey the file with the key that they are sealed under; {@code protector/issuing.key} of the fleet's
 *     directory by default. The further from that folder, its backups and its readers, the better
 */
@Validated
@ConfigurationProperties("sallyport.vault")
record IssuingProperties(@NotNull Path issuingDir, @Nullable Path protectorKey) {
    Path protector() {
        return protectorKey == null ? FleetLayout.protectorOf(issuingDir) : protectorKey;
    }
}
