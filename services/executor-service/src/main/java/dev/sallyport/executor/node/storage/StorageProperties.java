package dev.sallyport.executor.node.storage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The disk of a node.
 *
 * @param floor free room of the file system of {@code sallyport.state.dir} below which the node takes no work
 * @param workspaceFiles files and folders that a session's workspace may hold, 100 to 1,000,000
 * @param workspaceIdle how long a session's workspace is kept after the last call that used it
 */
@ConfigurationProperties("sallyport.node.storage")
public record StorageProperties(
        @DefaultValue("512MB") DataSize floor,
        @DefaultValue("10000") int workspaceFiles,
        @DefaultValue("7d") Duration workspaceIdle) {
    /** Refuses what no workspace could be used with by {@link IllegalArgumentException}. */
    public StorageProperties {
        if (floor.isNegative()) {
            throw new IllegalArgumentException("sallyport.node.storage.floor must be 0 or more");
        }
        if (workspaceFiles < 100 || workspaceFiles > 1_000_000) {
            throw new IllegalArgumentException("sallyport.node.storage.workspace-files must be from 100 to 1000000");
        }
        if (workspaceIdle.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("sallyport.node.storage.workspace-idle must be 1m or more");
        }
    }
}
