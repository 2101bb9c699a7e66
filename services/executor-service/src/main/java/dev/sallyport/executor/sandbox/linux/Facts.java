package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import org.jspecify.annotations.Nullable;

/** Makes the facts of a statement from what was read. */
final class Facts {

    /** Longest value in a fact; the statement it goes into is bounded. */
    private static final int LONGEST = 400;

    private Facts() {}

    static Fact enforced(String name, @Nullable Object observed) {
        return fact(name, State.ENFORCED, observed);
    }

    static Fact degraded(String name, @Nullable Object observed) {
        return fact(name, State.DEGRADED, observed);
    }

    static Fact unsupported(String name, @Nullable Object observed) {
        return fact(name, State.UNSUPPORTED, observed);
    }

    private static Fact fact(String name, State state, @Nullable Object observed) {
        String text = String.valueOf(observed);
        return new Fact(name, state, text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    }
}
