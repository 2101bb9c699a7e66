package dev.sallyport.tlog;

import dev.sallyport.tlog.LogPath.TileId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A tile store as a service has it: the widest version of each tile, from which narrower ones are cut. */
final class StoredTiles implements TileReader {
    private record Place(int level, long index) {}

    private final Map<Place, byte[]> tiles = new HashMap<>();
    private RightEdge edge = RightEdge.empty();

    static StoredTiles of(List<TreeHash> leaves) {
        StoredTiles stored = new StoredTiles();
        stored.append(leaves);
        return stored;
    }

    RightEdge append(List<TreeHash> leaves) {
        RightEdge.Growth growth = edge.append(leaves);
        for (Tile tile : growth.tiles()) {
            tiles.put(new Place(tile.id().level(), tile.id().index()), tile.hashes());
        }
        edge = growth.edge();
        return edge;
    }

    long size() {
        return edge.size();
    }

    long count(int level, int width) {
        return tiles.entrySet().stream()
                .filter(tile -> tile.getKey().level == level && tile.getValue().length == width * TreeHash.BYTES)
                .count();
    }

    int count() {
        return tiles.size();
    }

    @Override
    public byte[] read(TileId tile) {
        byte[] stored = tiles.get(new Place(tile.level(), tile.index()));
        int length = tile.width() * TreeHash.BYTES;
        if (stored == null || stored.length < length) {
            throw new TlogException.MalformedTile("no tile " + tile.path());
        }
        return Arrays.copyOf(stored, length);
    }
}
