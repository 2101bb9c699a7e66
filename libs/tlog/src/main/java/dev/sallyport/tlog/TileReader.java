package dev.sallyport.tlog;

import dev.sallyport.tlog.LogPath.TileId;

/** Where the tiles of a log are read from. */
@FunctionalInterface
public interface TileReader {
    /**
     * The hashes of exactly that tile, {@code width * 32} bytes. A store that holds a wider version of the tile answers
     * its beginning. {@link TlogException.MalformedTile} when there is none.
     */
    byte[] read(TileId tile);
}
