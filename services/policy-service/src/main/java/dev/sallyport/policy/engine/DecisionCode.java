package dev.sallyport.policy.engine;

/**
 * Why a decision came out as it did. Where several rules determined one denial, the code declared first here is
 * reported: the most specific reason before the general one.
 */
public enum DecisionCode {
    /** Permitted. */
    ALLOWED,
    /** Only approval-tier rules stand in the way. */
    SENSITIVE_NEEDS_APPROVAL,
    /** The tool does not exist. */
    UNKNOWN_TOOL,
    /** Freeze is on for this fleet, workspace, principal, session or run. */
    FROZEN,
    /** The workspace has not opened this tool or skill. */
    NOT_ALLOWLISTED,
    /** The principal may not run tools in this workspace. */
    PRINCIPAL_NOT_ALLOWED,
    /** The channel may not carry tool calls. */
    CHANNEL_NOT_ALLOWED,
    /** The process runner policy does not name the executable. */
    EXECUTABLE_NOT_ALLOWED,
    /** The call asks for hosts that it may not reach. */
    EGRESS_NOT_ALLOWED,
    /** A path among the arguments leaves the workspace. */
    PATH_OUTSIDE_WORKSPACE,
    /** A secret is named that the tool may not use or that does not exist. */
    SECRET_NOT_ALLOWED,
    /** An absolute forbid. */
    FORBIDDEN,
    /** No permit. */
    DENIED_BY_DEFAULT,
    /** The run has used its calls. */
    BUDGET_EXHAUSTED,
    /** The set now active does not permit what was approved. */
    POLICY_CHANGED,
    /** A policy failed while it was evaluated; a failing forbid must not let a permit win. */
    POLICY_ERROR,
    /** No snapshot is active, or the engine did not answer in time. */
    POLICY_UNAVAILABLE;

    /** Whether a policy may carry this code in {@code @code}. */
    public boolean mayAnnotate() {
        return switch (this) {
            case NOT_ALLOWLISTED,
                    PRINCIPAL_NOT_ALLOWED,
                    CHANNEL_NOT_ALLOWED,
                    EXECUTABLE_NOT_ALLOWED,
                    EGRESS_NOT_ALLOWED,
                    PATH_OUTSIDE_WORKSPACE,
                    SECRET_NOT_ALLOWED,
                    FORBIDDEN -> true;
            case ALLOWED,
                    SENSITIVE_NEEDS_APPROVAL,
                    UNKNOWN_TOOL,
                    FROZEN,
                    DENIED_BY_DEFAULT,
                    BUDGET_EXHAUSTED,
                    POLICY_CHANGED,
                    POLICY_ERROR,
                    POLICY_UNAVAILABLE -> false;
        };
    }
}
