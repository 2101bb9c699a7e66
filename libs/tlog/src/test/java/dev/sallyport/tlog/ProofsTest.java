package dev.sallyport.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.tlog.LogPath.TileId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProofsTest {
    private static final int LARGE = 70_000;
    private static final List<TreeHash> LEAVES = NaiveTree.leaves(LARGE);
    private static final StoredTiles TILES = StoredTiles.of(LEAVES);

    @Test
    void everyInclusionProofOfEverySmallTreeIsTheNaiveOneAndHolds() {
        for (int size = 1; size <= 130; size++) {
            List<TreeHash> leaves = LEAVES.subList(0, size);
            TreeHash root = NaiveTree.root(leaves);
            for (int index = 0; index < size; index++) {
                List<TreeHash> path = new TiledTree(size, TILES).inclusion(index);
                assertThat(path).isEqualTo(NaiveTree.path(index, leaves));
                Proofs.verifyInclusion(leaves.get(index), index, size, root, path);
            }
        }
    }

    @Test
    void everyConsistencyProofOfEverySmallTreeIsTheNaiveOneAndHolds() {
        for (int size = 1; size <= 130; size++) {
            List<TreeHash> leaves = LEAVES.subList(0, size);
            TreeHash root = NaiveTree.root(leaves);
            for (int older = 1; older <= size; older++) {
                List<TreeHash> path = new TiledTree(size, TILES).consistency(older);
                assertThat(path).isEqualTo(NaiveTree.proof(older, leaves));
                Proofs.verifyConsistency(older, NaiveTree.root(leaves.subList(0, older)), size, root, path);
            }
        }
    }

    @Test
    void aProofReadsAtMostTwoTilesPerLevel() {
        Random random = new Random(7);
        TreeHash root = new TiledTree(LARGE, TILES).root();
        for (int round = 0; round < 300; round++) {
            int index = random.nextInt(LARGE);
            Set<TileId> read = new HashSet<>();
            TiledTree tree = new TiledTree(LARGE, noting(read));
            Proofs.verifyInclusion(LEAVES.get(index), index, LARGE, root, tree.inclusion(index));
            // Three levels, and the top one has a single tile.
            assertThat(read).hasSizeLessThanOrEqualTo(5);

            int older = 1 + random.nextInt(LARGE);
            read.clear();
            List<TreeHash> path = new TiledTree(LARGE, noting(read)).consistency(older);
            assertThat(read).hasSizeLessThanOrEqualTo(5);
            Proofs.verifyConsistency(older, new TiledTree(older, TILES).root(), LARGE, root, path);
        }
    }

    private static TileReader noting(Set<TileId> read) {
        return tile -> {
            read.add(tile);
            return TILES.read(tile);
        };
    }

    @Test
    void aChangedInclusionProofIsRefused() {
        long seed = 11;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            int size = 2 + random.nextInt(600);
            int index = random.nextInt(size);
            TreeHash leaf = LEAVES.get(index);
            TreeHash root = new TiledTree(size, TILES).root();
            List<TreeHash> path = new TiledTree(size, TILES).inclusion(index);
            assertThatCode(() -> Proofs.verifyInclusion(leaf, index, size, root, path))
                    .doesNotThrowAnyException();

            String what = "seed " + seed + ", round " + round;
            refusesInclusion(what, LEAVES.get((index + 1) % size), index, size, root, path);
            refusesInclusion(what, leaf, index ^ (1 << random.nextInt(10)), size, root, path);
            refusesInclusion(what, leaf, index, size, flip(root, random), path);
            refusesInclusion(what, leaf, index, size, root, changed(path, random));
        }
    }

    @Test
    void aChangedConsistencyProofIsRefused() {
        long seed = 13;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            int size = 2 + random.nextInt(600);
            int older = 1 + random.nextInt(size - 1);
            TreeHash olderRoot = new TiledTree(older, TILES).root();
            TreeHash root = new TiledTree(size, TILES).root();
            List<TreeHash> path = new TiledTree(size, TILES).consistency(older);
            assertThatCode(() -> Proofs.verifyConsistency(older, olderRoot, size, root, path))
                    .doesNotThrowAnyException();

            String what = "seed " + seed + ", round " + round;
            refusesConsistency(what, older, flip(olderRoot, random), size, root, path);
            refusesConsistency(what, older, olderRoot, size, flip(root, random), path);
            refusesConsistency(what, older, olderRoot, size, root, changed(path, random));
            TreeHash forked = NaiveTree.root(withFork(size, random.nextInt(older), random));
            refusesConsistency(what, older, olderRoot, size, forked, path);
        }
    }

    @Test
    void nothingIsProvenFromTheEmptyTree() {
        TreeHash root = new TiledTree(5, TILES).root();
        assertThatThrownBy(() -> Proofs.verifyConsistency(0, Rfc6962.emptyRoot(), 5, root, List.of()))
                .isInstanceOf(TlogException.MalformedProof.class);
        assertThatThrownBy(() -> Proofs.verifyConsistency(0, Rfc6962.emptyRoot(), 0, Rfc6962.emptyRoot(), List.of()))
                .isInstanceOf(TlogException.MalformedProof.class);
        assertThatThrownBy(() -> new TiledTree(5, TILES).consistency(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TiledTree(5, TILES).consistency(6)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equalSizesNeedAnEmptyProofAndEqualRoots() {
        TreeHash root = new TiledTree(5, TILES).root();
        TreeHash other = new TiledTree(6, TILES).root();
        assertThat(new TiledTree(5, TILES).consistency(5)).isEmpty();
        assertThatCode(() -> Proofs.verifyConsistency(5, root, 5, root, List.of()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Proofs.verifyConsistency(5, root, 5, other, List.of()))
                .isInstanceOf(TlogException.ConsistencyRefused.class);
        assertThatThrownBy(() -> Proofs.verifyConsistency(5, root, 5, root, List.of(root)))
                .isInstanceOf(TlogException.ConsistencyRefused.class);
    }

    @Test
    void aLeafOutsideTheTreeHasNoProof() {
        assertThatThrownBy(() -> new TiledTree(5, TILES).inclusion(5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TiledTree(5, TILES).inclusion(-1)).isInstanceOf(IllegalArgumentException.class);
        TreeHash root = new TiledTree(5, TILES).root();
        assertThatThrownBy(() -> Proofs.verifyInclusion(LEAVES.get(5), 5, 5, root, List.of()))
                .isInstanceOf(TlogException.MalformedProof.class);
    }

    private static void refusesInclusion(
            String what, TreeHash leaf, long index, long size, TreeHash root, List<TreeHash> path) {
        assertThatThrownBy(() -> Proofs.verifyInclusion(leaf, index, size, root, path))
                .as(what)
                .isInstanceOfAny(TlogException.InclusionRefused.class, TlogException.MalformedProof.class);
    }

    private static void refusesConsistency(
            String what, long older, TreeHash olderRoot, long size, TreeHash root, List<TreeHash> path) {
        assertThatThrownBy(() -> Proofs.verifyConsistency(older, olderRoot, size, root, path))
                .as(what)
                .isInstanceOf(TlogException.ConsistencyRefused.class);
    }

    private static List<TreeHash> changed(List<TreeHash> path, Random random) {
        List<TreeHash> changed = new ArrayList<>(path);
        int position = random.nextInt(path.size());
        int sort = random.nextInt(4);
        if (sort == 0) {
            changed.set(position, flip(path.get(position), random));
        } else if (sort == 1) {
            changed.remove(position);
        } else if (sort == 2 || path.size() == 1) {
            changed.add(random.nextInt(path.size() + 1), flip(path.get(position), random));
        } else {
            Collections.swap(changed, position, (position + 1) % path.size());
        }
        return changed;
    }

    private static TreeHash flip(TreeHash hash, Random random) {
        byte[] bytes = hash.bytes();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return TreeHash.of(bytes);
    }

    private static List<TreeHash> withFork(int size, int at, Random random) {
        List<TreeHash> leaves = new ArrayList<>(LEAVES.subList(0, size));
        leaves.set(at, flip(leaves.get(at), random));
        return leaves;
    }
}
