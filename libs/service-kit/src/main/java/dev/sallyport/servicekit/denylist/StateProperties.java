package dev.sallyport.servicekit.denylist;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The service's own folder, where the denylist last fetched is kept.
 *
 * @param dir the folder; without one the list is not kept and a restart waits for vault-service
 */
@ConfigurationProperties("sallyport.state")
public record StateProperties(@Nullable Path dir) {}
