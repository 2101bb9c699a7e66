package dev.sallyport.attestation.log;

import dev.sallyport.tlog.TreeHash;

/** A checkpoint that the log has signed and shown. */
public final class PublishedCheckpoint {
    private final long size;
    private final TreeHash root;
    private final byte[] note;

    PublishedCheckpoint(long size, TreeHash root, byte[] note) {
        this.size = size;
        this.root = root;
        this.note = note.clone();
    }

    /** Number of leaves. */
    public long size() {
        return size;
    }

    /** Root over them. */
    public TreeHash root() {
        return root;
    }

    /** The signed note, byte for byte. */
    public byte[] note() {
        return note.clone();
    }
}
