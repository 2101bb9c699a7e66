package dev.sallyport.e2e.stream;

import java.util.Set;

/** What an agent may ask for in a stream of proposals, and how such a call may end. */
public enum CallKind {
    /** A built-in that answers at once. */
    ECHO(8, Set.of("succeeded", "indeterminate", "expired", "cancelled")),
    /** A program in the sandbox. */
    PROGRAM(5, Set.of("succeeded", "indeterminate", "expired", "cancelled")),
    /** Some time passes. */
    PAUSE(3, Set.of("succeeded", "indeterminate", "expired", "cancelled")),
    /** A line is appended to a file of the call's own, after a human has said yes. */
    TRACE(6, Set.of("succeeded", "indeterminate", "expired", "cancelled")),
    /** The same, and the human says no. */
    UNWANTED(2, Set.of("denied")),
    /** The same; nobody answers and the agent takes it back. */
    WITHDRAWN(2, Set.of("cancelled")),
    /** A long pause that the agent takes back at some moment of its life. */
    STOPPED(2, Set.of("cancelled", "indeterminate", "expired", "timed_out")),
    /** Policy forbids it. */
    FORBIDDEN(2, Set.of("denied"));

    private final int weight;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of
    private final Set<String> outcomes;

    CallKind(int weight, Set<String> outcomes) {
        this.weight = weight;
        this.outcomes = outcomes;
    }

    /** How often it is asked for, relative to the others. */
    int weight() {
        return weight;
    }

    /** How it may end while parts of the fleet die. */
    boolean mayEnd(String outcome) {
        return outcomes.contains(outcome);
    }

    /** Whether it leaves a line outside of Sallyport's own records when it runs. */
    boolean leavesTrace() {
        return this == TRACE || this == UNWANTED || this == WITHDRAWN;
    }

    /** Whether the agent takes it back. */
    boolean takenBack() {
        return this == WITHDRAWN || this == STOPPED;
    }
}
