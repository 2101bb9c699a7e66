package dev.sallyport.policy.engine.rule;

/** The two effects of a Cedar policy. */
public enum PolicyEffect {
    /** The policy permits. */
    PERMIT,
    /** The policy forbids, and wins over every permit. */
    FORBID
}
