package dev.sallyport.policy.engine.rule;

import dev.sallyport.statements.predicate.Decision.Outcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a decision came out as it did. Where several rules determined one denial, the code declared first here is
 * reported: the most specific reason before the general one.
 */
public enum DecisionCode {
    /** Permitted. */
    ALLOWED(Outcome.ALLOW),
    /** Only approval-tier rules stand in the way. */
    SENSITIVE_NEEDS_APPROVAL(Outcome.APPROVAL_REQUIRED),
    /** The tool does not exist. */
    UNKNOWN_TOOL("Call a tool that `GET /v1/tools` names."),
    /** The version of the workspace's own tool that the call would be of takes no more calls. */
    TOOL_RETIRED(
            "Call a tool that `GET /v1/tools` names, or let an admin register a new version (`sallyport tools add`)."),
    /** Freeze is on for this fleet, workspace, principal, session or run. */
    FROZEN("Wait until the freeze is lifted (`sallyport unfreeze`)."),
    /** The skill that the tool is of is in quarantine or was revoked. */
    SKILL_NOT_ENABLED(Outcome.DENY, Source.POLICIES),
    /** The workspace has not opened this tool or skill. */
    NOT_ALLOWLISTED(Outcome.DENY, Source.POLICIES),
    /** The principal may not run tools in this workspace. */
    PRINCIPAL_NOT_ALLOWED(Outcome.DENY, Source.POLICIES),
    /** The channel may not carry tool calls. */
    CHANNEL_NOT_ALLOWED(Outcome.DENY, Source.POLICIES),
    /** The process runner policy does not name the executable. */
    EXECUTABLE_NOT_ALLOWED(Outcome.DENY, Source.POLICIES),
    /** The workspace allows the executable, and none of the nodes that are there has it. */
    EXECUTABLE_NOT_OFFERED(
            "Use another program, or let an operator add this one to `sallyport.node.executables` of a node."),
    /** The executable runs code given to it, or starts other programs, and the workspace does not open it as one that does. */
    INTERPRETER_NOT_OPENED("Use a program that does the one thing, or let an admin name this one in"
            + " `process_runner.interpreters` of the workspace's configuration."),
    /** The call names secrets that it may use, and none of the nodes that are there delivers any. */
    SECRETS_NOT_OFFERED("Do without secrets here: no executor node of the tool's pool delivers them to tools yet."),
    /** The call names hosts that it may reach, and none of the nodes that are there has a way to any. */
    EGRESS_NOT_OFFERED("Do without the network here: no executor node of the tool's pool lets tools reach hosts yet."),
    /** The call asks for hosts that it may not reach. */
    EGRESS_NOT_ALLOWED("Name only hosts that the tool's metadata names.", Source.POLICIES),
    /** A path among the arguments leaves the workspace. */
    PATH_OUTSIDE_WORKSPACE("Use paths inside the session's workspace, relative to it.", Source.POLICIES),
    /** An option of a program by which it does what its arguments do not show. */
    ARGUMENT_NOT_ALLOWED(
            "Leave out the option that starts a program or takes names of files from a file or from stdin; name the"
                    + " files among the arguments.",
            Source.POLICIES),
    /** The folder that a program starts in, or a variable for it, is named, and the workspace does not open that. */
    PROGRAM_SETTING_NOT_ALLOWED(
            "Leave out `cwd`, and every variable that `process_runner.environment` of the workspace's configuration does"
                    + " not name.",
            Source.POLICIES),
    /** More paths, or longer ones, than policies can be told of. */
    ARGUMENTS_TOO_LARGE("Name fewer files in one call, or give long data as stdin."),
    /** A secret is named that the tool may not use or that does not exist. */
    SECRET_NOT_ALLOWED(
            "Name only secrets that exist in the workspace, with a tool that may use them.", Source.POLICIES),
    /** An absolute forbid. */
    FORBIDDEN(Outcome.DENY, Source.POLICIES),
    /** No permit. */
    DENIED_BY_DEFAULT(Outcome.DENY),
    /** The run has used its calls. */
    BUDGET_EXHAUSTED(
            "Stop here and tell whoever you work for what is done. `GET /v1/me` shows what a run has left; an admin"
                    + " can raise `max_calls_per_run` of the tool configuration."),
    /** The principal has used the calls that it may make within an hour, in all its runs together. */
    HOURLY_BUDGET_EXHAUSTED(
            "Wait for the next hour, or stop here and tell whoever you work for what is done. `GET /v1/me` shows what"
                    + " the hour has left; an admin can raise `max_calls_per_hour` of the tool configuration."),
    /** As many questions about the principal or session wait for people as may. */
    TOO_MANY_PENDING(
            "Wait until people have answered what they were asked about your calls, or cancel such calls, then propose"
                    + " again."),
    /** Fewer people may answer this call than must. */
    NO_APPROVER(
            "Let an owner give the role that the rule asks for to people who neither ask for the call nor, where four"
                    + " eyes are required, are accountable for it."),
    /** What would hold the call now is weaker than what the people who approved it were shown. */
    SANDBOX_WEAKENED("Propose the call again, so that people are shown how it would be held now."),
    /** The set now active does not permit what was approved. */
    POLICY_CHANGED(Outcome.DENY),
    /** A policy failed while it was evaluated; a failing forbid must not let a permit win. */
    POLICY_ERROR(Source.ENGINE),
    /** No snapshot is active, or the engine did not answer in time. */
    POLICY_UNAVAILABLE(Source.ENGINE);

    /** Who gives a code. */
    private enum Source {
        /** This service, from what it knows beside the policies. */
        SERVICE,
        /** This service, and policies by {@code @code}. */
        POLICIES,
        /** An engine that failed. */
        ENGINE
    }

    private final Outcome outcome;
    private final Source source;
    private final @Nullable String remedy;

    DecisionCode(Outcome outcome) {
        this(outcome, Source.SERVICE, null);
    }

    DecisionCode(Outcome outcome, Source source) {
        this(outcome, source, null);
    }

    DecisionCode(String remedy) {
        this(Outcome.DENY, Source.SERVICE, remedy);
    }

    DecisionCode(String remedy, Source source) {
        this(Outcome.DENY, source, remedy);
    }

    DecisionCode(Source source) {
        this(
                Outcome.DENY,
                source,
                "Nothing the caller can change: the policy engine failed, and what fails is denied.");
    }

    DecisionCode(Outcome outcome, Source source, @Nullable String remedy) {
        this.outcome = outcome;
        this.source = source;
        this.remedy = remedy;
    }

    /** Which of the three answers a decision with this code is. */
    public Outcome outcome() {
        return outcome;
    }

    /** Whether a policy may carry this code in {@code @code}. */
    public boolean annotatable() {
        return source == Source.POLICIES;
    }

    /** Whether the engine failed: what fails denies. */
    public boolean isFailure() {
        return source == Source.ENGINE;
    }

    /** What the caller can do about it, where that follows from the code alone. */
    public Optional<String> remedy() {
        return Optional.ofNullable(remedy);
    }
}
