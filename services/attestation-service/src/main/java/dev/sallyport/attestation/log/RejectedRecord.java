package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import org.jspecify.annotations.Nullable;

/** A record that can never be valid: where it was read, what it was, and why it was refused. */
public final class RejectedRecord {
    private final SourcePosition position;
    private final Digest digest;
    private final String reason;
    private final byte @Nullable [] key;
    private final byte[] value;
    private final boolean deadLettered;

    /**
     * A rejected record.
     *
     * @param reason which check failed, UPPER_SNAKE
     * @param key the record's key in Kafka, if it has one
     * @param value the record's bytes
     * @param deadLettered whether it lies in the dead-letter topic already
     */
    public RejectedRecord(
            SourcePosition position, String reason, byte @Nullable [] key, byte[] value, boolean deadLettered) {
        this.position = position;
        this.digest = Digest.of(value);
        this.reason = reason;
        this.key = key == null ? null : key.clone();
        this.value = value.clone();
        this.deadLettered = deadLettered;
    }

    /** Where it was read. */
    public SourcePosition position() {
        return position;
    }

    /** SHA-256 of its bytes. */
    public Digest digest() {
        return digest;
    }

    /** Which check failed. */
    public String reason() {
        return reason;
    }

    /** Its key in Kafka, if it has one. */
    public byte @Nullable [] key() {
        return key == null ? null : key.clone();
    }

    /** Its bytes. */
    public byte[] value() {
        return value.clone();
    }

    /** Whether it lies in the dead-letter topic already. */
    public boolean deadLettered() {
        return deadLettered;
    }
}
