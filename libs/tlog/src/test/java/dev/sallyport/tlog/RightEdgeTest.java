package dev.sallyport.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.tlog.LogPath.TileId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RightEdgeTest {
    private static final List<TreeHash> LEAVES = NaiveTree.leaves(70_000);

    @Test
    void theRootIsTheNaiveOneAtEverySizeGrownLeafByLeaf() {
        StoredTiles tiles = new StoredTiles();
        for (int size = 1; size <= 800; size++) {
            RightEdge edge = tiles.append(LEAVES.subList(size - 1, size));

            assertThat(edge.size()).isEqualTo(size);
            assertThat(edge.root()).as("size %d", size).isEqualTo(NaiveTree.root(LEAVES.subList(0, size)));
        }
    }

    @Test
    void batchesOfAnySizeGiveTheSameTreeAndTheEdgeReadsBackFromItsTiles() {
        long seed = 42;
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            StoredTiles tiles = new StoredTiles();
            int size = 0;
            while (size < 3_000) {
                int batch = random.nextInt(random.nextBoolean() ? 5 : 900);
                RightEdge edge = tiles.append(LEAVES.subList(size, size + batch));
                size += batch;
                TreeHash root = NaiveTree.root(LEAVES.subList(0, size));

                assertThat(edge.root()).as("seed %d, size %d", seed, size).isEqualTo(root);
                assertThat(RightEdge.load(size, tiles).root())
                        .as("seed %d, size %d", seed, size)
                        .isEqualTo(root);
                assertThat(new TiledTree(size, tiles).root())
                        .as("seed %d, size %d", seed, size)
                        .isEqualTo(root);
            }
        }
    }

    @Test
    void everyEarlierSizeStaysReadableFromTheTilesOfALargerTree() {
        StoredTiles tiles = StoredTiles.of(LEAVES.subList(0, 1_100));
        for (int size = 0; size <= 1_100; size++) {
            TreeHash root = NaiveTree.root(LEAVES.subList(0, size));
            assertThat(new TiledTree(size, tiles).root()).as("size %d", size).isEqualTo(root);
        }
    }

    @Test
    void aTreeOf256HasAFullTileAndAPartialOneOfWidth1Above() {
        StoredTiles tiles = StoredTiles.of(LEAVES.subList(0, 256));

        assertThat(tiles.count()).isEqualTo(2);
        assertThat(tiles.read(new TileId(0, 0, 256))).hasSize(256 * 32);
        assertThat(tiles.read(new TileId(1, 0, 1)))
                .isEqualTo(NaiveTree.root(LEAVES.subList(0, 256)).bytes());
        assertThatThrownBy(() -> TileId.inTree(0, 1, 256)).isInstanceOf(TlogException.MalformedTile.class);
        assertThatThrownBy(() -> TileId.inTree(2, 0, 256)).isInstanceOf(TlogException.MalformedTile.class);
    }

    @Test
    void aTreeOf70000HasTheTilesOfTheSpecificationsExample() {
        StoredTiles tiles = StoredTiles.of(LEAVES);

        assertThat(tiles.count(0, 256)).isEqualTo(273);
        assertThat(tiles.count(0, 112)).isEqualTo(1);
        assertThat(tiles.count(1, 256)).isEqualTo(1);
        assertThat(tiles.count(1, 17)).isEqualTo(1);
        assertThat(tiles.count(2, 1)).isEqualTo(1);
        assertThat(tiles.count()).isEqualTo(277);
        assertThat(new TiledTree(70_000, tiles).root()).isEqualTo(NaiveTree.root(LEAVES));
    }

    @Test
    void anAbandonedGrowthChangesNothing() {
        RightEdge edge = RightEdge.empty().append(LEAVES.subList(0, 300)).edge();
        TreeHash before = edge.root();
        edge.append(LEAVES.subList(300, 1_000));

        assertThat(edge.root()).isEqualTo(before);
        assertThat(edge.append(LEAVES.subList(300, 301)).edge().root())
                .isEqualTo(NaiveTree.root(LEAVES.subList(0, 301)));
    }
}
