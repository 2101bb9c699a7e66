package dev.sallyport.tlog;

import java.util.List;

/** Verifies proofs as RFC 9162 describes it; every method returns if the proof holds and throws if it does not. */
public final class Proofs {
    private Proofs() {}

    /**
     * Verifies that a leaf is in a tree (RFC 9162, section 2.1.3.2).
     *
     * @throws TlogException.MalformedProof when the index is outside the tree
     * @throws TlogException.InclusionRefused when the path does not lead to the root
     */
    public static void verifyInclusion(TreeHash leaf, long index, long size, TreeHash root, List<TreeHash> path) {
        if (index < 0 || index >= size) {
            throw new TlogException.MalformedProof("a tree of size " + size + " has no leaf " + index);
        }
        long node = index;
        long last = size - 1;
        TreeHash hash = leaf;
        for (TreeHash sibling : path) {
            if (last == 0) {
                throw new TlogException.InclusionRefused("the inclusion proof is too long");
            }
            if ((node & 1) == 1 || node == last) {
                hash = Rfc6962.node(sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = Rfc6962.node(hash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if (last != 0) {
            throw new TlogException.InclusionRefused("the inclusion proof is too short");
        }
        if (!hash.equals(root)) {
            throw new TlogException.InclusionRefused("the inclusion proof leads to another root");
        }
    }

    /**
     * Verifies that a tree continues an older one (RFC 9162, section 2.1.4.2).
     *
     * @throws TlogException.MalformedProof when the older size is 0 or beyond the newer one
     * @throws TlogException.ConsistencyRefused when the path does not lead to both roots
     */
    public static void verifyConsistency(
            long olderSize, TreeHash olderRoot, long size, TreeHash root, List<TreeHash> path) {
        if (olderSize < 1 || olderSize > size) {
            throw new TlogException.MalformedProof("consistency is proven from a size of 1 to the newer size");
        }
        if (olderSize == size) {
            if (!path.isEmpty()) {
                throw new TlogException.ConsistencyRefused("between equal sizes the proof is empty");
            }
            if (!olderRoot.equals(root)) {
                throw new TlogException.ConsistencyRefused("two trees of the same size have different roots");
            }
            return;
        }
        if (path.isEmpty()) {
            throw new TlogException.ConsistencyRefused("the consistency proof is too short");
        }
        boolean startsAtOlderRoot = Long.bitCount(olderSize) == 1;
        long node = olderSize - 1;
        long last = size - 1;
        while ((node & 1) == 1) {
            node >>= 1;
            last >>= 1;
        }
        TreeHash start = startsAtOlderRoot ? olderRoot : path.getFirst();
        TreeHash older = start;
        TreeHash newer = start;
        for (TreeHash sibling : startsAtOlderRoot ? path : path.subList(1, path.size())) {
            if (last == 0) {
                throw new TlogException.ConsistencyRefused("the consistency proof is too long");
            }
            if ((node & 1) == 1 || node == last) {
                older = Rfc6962.node(sibling, older);
                newer = Rfc6962.node(sibling, newer);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                newer = Rfc6962.node(newer, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if (last != 0) {
            throw new TlogException.ConsistencyRefused("the consistency proof is too short");
        }
        if (!older.equals(olderRoot)) {
            throw new TlogException.ConsistencyRefused("the consistency proof does not start from the older tree");
        }
        if (!newer.equals(root)) {
            throw new TlogException.ConsistencyRefused("the consistency proof does not lead to the newer tree");
        }
    }
}
