package dev.sallyport.bench.profiles;

import dev.sallyport.arguments.profile.Outcome;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What a case says should come of its call. */
enum Expectation {
    UNATTENDED("unattended", EnumSet.of(Outcome.UNATTENDED)),
    ASKED("asked", EnumSet.of(Outcome.ASKED)),
    DENIED("denied", EnumSet.of(Outcome.DENIED)),
    /** Asked or denied: anything but unattended. */
    GUARDED("guarded", EnumSet.of(Outcome.ASKED, Outcome.DENIED));

    private final String wire;
    private final Set<Outcome> met;

    Expectation(String wire, Set<Outcome> met) {
        this.wire = wire;
        this.met = met;
    }

    String wire() {
        return wire;
    }

    boolean isMetBy(Outcome outcome) {
        return met.contains(outcome);
    }

    /** The expectation of this name. */
    static Expectation of(String wire) {
        return Arrays.stream(values())
                .filter(each -> each.wire.equals(wire))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("`expect` must be one of "
                        + Arrays.stream(values()).map(Expectation::wire).collect(Collectors.joining(", "))));
    }
}
