package dev.sallyport.policy.policyset;

import java.util.List;

/** A policy set is refused. */
public final class InvalidPolicySetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    InvalidPolicySetException(List<Finding> findings) {
        super(findings.stream()
                .filter(Finding::isError)
                .findFirst()
                .map(first -> first.place() + ": " + first.message())
                .orElse("the policy set is refused"));
        this.findings = List.copyOf(findings);
    }

    InvalidPolicySetException(String file, int line, int column, String message) {
        this(List.of(Finding.error(file, line, column, null, message)));
    }

    /** What is wrong, and what looks wrong. */
    public List<Finding> findings() {
        return findings;
    }
}
