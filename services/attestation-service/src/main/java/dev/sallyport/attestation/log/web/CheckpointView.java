package dev.sallyport.attestation.log.web;

import dev.sallyport.attestation.log.PublishedCheckpoint;
import java.nio.charset.StandardCharsets;

/**
 * The checkpoint that an answer was read at.
 *
 * @param size number of leaves
 * @param root base64
 * @param note the signed note
 */
public record CheckpointView(long size, String root, String note) {
    /** Of a published checkpoint. */
    public static CheckpointView of(PublishedCheckpoint checkpoint) {
        return new CheckpointView(
                checkpoint.size(), checkpoint.root().base64(), new String(checkpoint.note(), StandardCharsets.UTF_8));
    }
}
