package dev.sallyport.bench.wasm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What came out of the commands so far, by kind and by reason. */
final class SpecTally {
    private final KnownDifferences known;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Integer> leftOut = new TreeMap<>();
    private final Map<String, Integer> differences = new TreeMap<>();
    private final List<String> mismatches = new ArrayList<>();

    SpecTally(KnownDifferences known) {
        this.known = known;
    }

    /**
     * What came out of all.
     *
     * @param counts how often each kind of command was judged
     * @param leftOut how many commands were left out, by the reason
     * @param differences how many came out otherwise for a reason that is known, by the reason
     * @param mismatches what else came out otherwise
     */
    record Report(
            int scripts,
            Map<String, Integer> counts,
            Map<String, Integer> leftOut,
            Map<String, Integer> differences,
            List<String> mismatches) {}

    /** A command came out as the script says. Never a mismatch. */
    Optional<String> agrees(String what) {
        counts.merge(what, 1, Integer::sum);
        return Optional.empty();
    }

    /**
     * A command came out otherwise.
     *
     * @param module the bytes of the module that it is about
     * @param field its exported function; empty for the module itself
     * @param how in what way
     * @return the mismatch; empty if it is known why
     */
    Optional<String> differs(String what, byte[] module, String field, String how) {
        counts.merge(what, 1, Integer::sum);
        Optional<String> reason = known.reason(module, field);
        reason.ifPresent(text -> differences.merge(text, 1, Integer::sum));
        return reason.isPresent() ? Optional.empty() : Optional.of(how);
    }

    /** A command was not judged. Never a mismatch. */
    Optional<String> leftOut(String why) {
        leftOut.merge(why, 1, Integer::sum);
        return Optional.empty();
    }

    void mismatch(String text) {
        mismatches.add(text);
    }

    Report report(int scripts) {
        return new Report(
                scripts,
                new TreeMap<>(counts),
                new TreeMap<>(leftOut),
                new TreeMap<>(differences),
                List.copyOf(mismatches));
    }
}
