package dev.sallyport.tlog;

import dev.sallyport.tlog.LogPath.TileId;

/** A tile: its id and the hashes, one after another. */
public final class Tile {
    private final TileId id;
    private final byte[] hashes;

    Tile(TileId id, byte[] hashes) {
        this.id = id;
        this.hashes = hashes;
    }

    /** Which tile it is; its width is the number of hashes. */
    public TileId id() {
        return id;
    }

    /** A copy of the hashes: 32 bytes each. */
    public byte[] hashes() {
        return hashes.clone();
    }
}
