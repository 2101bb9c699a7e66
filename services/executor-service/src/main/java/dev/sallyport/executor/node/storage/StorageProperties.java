package dev.sallyport.executor.node.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The disk of a node.
 *
 * @param floor free room of the file system of {@code sallyport.state.dir} below which the node takes no work
 * @param workspaceIdle how long a session's workspace is kept after the last call that used it
 */
@ConfigurationProperties("sallyport.node.storage")
public record StorageProperties(
        @DefaultValue("512MB") DataSize floor,
        @DefaultValue("7d") Duration workspaceIdle) {
    /** Refuses a negative floor and workspaces that would go within a minute with {@link IllegalArgumentException}. */
    public StorageProperties {
        if (floor.isNegative()) {
            throw new IllegalArgumentException("sallyport.node.storage.floor must be 0 or more");
        }
        if (workspaceIdle.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("sallyport.node.storage.workspace-idle must be 1m or more");
        }
    }
}
