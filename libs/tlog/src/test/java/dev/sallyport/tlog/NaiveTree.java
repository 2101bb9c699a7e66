package dev.sallyport.tlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** RFC 6962, section 2.1, written down word for word over a list of all leaves: slow and obviously right. */
final class NaiveTree {
    private NaiveTree() {}

    static byte[] entry(long index) {
        return ("entry number " + index).getBytes(StandardCharsets.US_ASCII);
    }

    static List<TreeHash> leaves(int count) {
        List<TreeHash> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(Rfc6962.leaf(entry(i)));
        }
        return leaves;
    }

    static TreeHash root(List<TreeHash> leaves) {
        if (leaves.isEmpty()) {
            return Rfc6962.emptyRoot();
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int k = split(leaves.size());
        return Rfc6962.node(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
    }

    static List<TreeHash> path(int m, List<TreeHash> leaves) {
        if (leaves.size() == 1) {
            return List.of();
        }
        int k = split(leaves.size());
        List<TreeHash> left = leaves.subList(0, k);
        List<TreeHash> right = leaves.subList(k, leaves.size());
        return m < k ? with(path(m, left), root(right)) : with(path(m - k, right), root(left));
    }

    static List<TreeHash> proof(int m, List<TreeHash> leaves) {
        return subproof(m, leaves, true);
    }

    private static List<TreeHash> subproof(int m, List<TreeHash> leaves, boolean known) {
        if (m == leaves.size()) {
            return known ? List.of() : List.of(root(leaves));
        }
        int k = split(leaves.size());
        List<TreeHash> left = leaves.subList(0, k);
        List<TreeHash> right = leaves.subList(k, leaves.size());
        return m <= k ? with(subproof(m, left, known), root(right)) : with(subproof(m - k, right, false), root(left));
    }

    private static List<TreeHash> with(List<TreeHash> path, TreeHash last) {
        List<TreeHash> longer = new ArrayList<>(path);
        longer.add(last);
        return longer;
    }

    private static int split(int n) {
        int k = 1;
        while (k * 2 < n) {
            k *= 2;
        }
        return k;
    }
}
