package dev.sallyport.policy.proposal.decision;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The name that was probably meant by one that does not exist. For messages, never for a decision. */
final class NearName {
    /** Longer names are not compared: the time grows with the product of both lengths. */
    private static final int LONGEST = 128;

    private NearName() {}

    /** The nearest of the names, if it differs in a third of its characters at most; empty for none. */
    static Optional<String> of(String wrong, Collection<String> names) {
        if (wrong.length() > LONGEST) {
            return Optional.empty();
        }
        return names.stream()
                .filter(name -> name.length() <= LONGEST)
                .filter(name -> distance(wrong, name) <= Math.max(1, name.length() / 3))
                .min(Comparator.<String>comparingInt(name -> distance(wrong, name))
                        .thenComparing(name -> name));
    }

    /** Levenshtein's distance, with two neighbours swapped as one step (optimal string alignment). */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + same);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
