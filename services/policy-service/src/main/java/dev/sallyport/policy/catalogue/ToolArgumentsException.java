package dev.sallyport.policy.catalogue;

import java.util.List;

/** Arguments that do not fit the tool's schema. */
public final class ToolArgumentsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    /**
     * One place that does not fit.
     *
     * @param pointer JSON Pointer into the arguments
     * @param detail what is expected there
     */
    public record Violation(String pointer, String detail) {}

    ToolArgumentsException(List<Violation> violations) {
        super("the arguments do not fit the tool's schema");
        this.violations = List.copyOf(violations);
    }

    /** Every place that does not fit. */
    public List<Violation> violations() {
        return violations;
    }
}
