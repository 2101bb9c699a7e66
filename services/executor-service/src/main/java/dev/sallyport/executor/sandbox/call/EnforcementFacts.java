package dev.sallyport.executor.sandbox.call;

import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import org.jspecify.annotations.Nullable;

/** Makes the facts of a statement from what was read. */
public final class EnforcementFacts {
    /** Longest value in a fact; the statement it goes into is bounded. */
    private static final int LONGEST = 400;

    private EnforcementFacts() {}

    /** Something that the operating system enforces. */
    public static Fact enforced(String name, @Nullable Object observed) {
        return fact(name, State.ENFORCED, observed);
    }

    /** Something that is held by weaker means. */
    public static Fact degraded(String name, @Nullable Object observed) {
        return fact(name, State.DEGRADED, observed);
    }

    /** Something that is not in force. */
    public static Fact unsupported(String name, @Nullable Object observed) {
        return fact(name, State.UNSUPPORTED, observed);
    }

    private static Fact fact(String name, State state, @Nullable Object observed) {
        String text = String.valueOf(observed);
        return new Fact(name, state, text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    }
}
