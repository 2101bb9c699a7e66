package dev.sallyport.executor.sandbox;

import dev.sallyport.statements.vocabulary.CallOutcome;

/**
 * Why a tool was not run, or was ended by the sandbox. {@link #code()} is what the statement of the call carries.
 *
 * <p>Failures before the start end a call as {@code refused}; nothing of the tool has run then.
 */
public abstract sealed class ToolFailure extends RuntimeException {
    /** The code of a failure. The constants' names are the words in statements. */
    public enum Code {
        /** The arguments cannot be handed to the tool. */
        INVALID_INPUT(CallOutcome.REFUSED),
        /** The program may not be run here. */
        EXECUTABLE_DENIED(CallOutcome.REFUSED),
        /** A path leads out of the workspace. */
        WORKSPACE_SCOPE_DENIED(CallOutcome.REFUSED),
        /** The network access that is asked for is not granted here. */
        EGRESS_DENIED(CallOutcome.REFUSED),
        /** The tier cannot be proven here. */
        SANDBOX_UNAVAILABLE(CallOutcome.REFUSED),
        /** The operating system could not start the tool. */
        SPAWN_FAILED(CallOutcome.REFUSED),
        /** The wall clock limit was reached. */
        TIMED_OUT(CallOutcome.TIMED_OUT),
        /** More CPU time than permitted. */
        CPU_TIME_EXCEEDED(CallOutcome.QUOTA_EXCEEDED),
        /** More memory than permitted. */
        MEMORY_EXCEEDED(CallOutcome.QUOTA_EXCEEDED),
        /** More processes at a time than permitted. */
        PROCESSES_EXCEEDED(CallOutcome.QUOTA_EXCEEDED),
        /** More output than permitted. */
        OUTPUT_EXCEEDED(CallOutcome.QUOTA_EXCEEDED),
        /** The units of work that a skill may use are used up. */
        FUEL_EXHAUSTED(CallOutcome.QUOTA_EXCEEDED),
        /** A skill has called the host more often than permitted. */
        HOST_CALLS_EXCEEDED(CallOutcome.QUOTA_EXCEEDED),
        /** What a skill was given or has answered is not as its schema says. */
        SCHEMA_MISMATCH(CallOutcome.FAILED),
        /** A skill did what WebAssembly forbids at run time. */
        TRAPPED(CallOutcome.FAILED),
        /** The engine failed at a skill in a way that no module should be able to cause. */
        ENGINE_FAILED(CallOutcome.FAILED),
        /** The package or module of the skill is not what the permit names, or cannot be run. */
        INVALID_MODULE(CallOutcome.REFUSED),
        /** More in the workspace than permitted. */
        WORKSPACE_EXCEEDED(CallOutcome.QUOTA_EXCEEDED),
        /** The tool tried what the sandbox forbids. */
        SANDBOX_VIOLATION(CallOutcome.SANDBOX_VIOLATION),
        /** Something outside the sandbox ended it, and it was not this node. */
        ENDED_FROM_OUTSIDE(CallOutcome.FAILED),
        /** A secret was to be sent to a host that it is not for; it was not. */
        SECRET_ELSEWHERE(CallOutcome.SANDBOX_VIOLATION),
        /** The tool has left a secret in the workspace; it was taken out. */
        SECRET_LEFT(CallOutcome.SANDBOX_VIOLATION),
        /** A process of the call could not be ended. */
        PROCESSES_LEFT(CallOutcome.SANDBOX_VIOLATION),
        /** Stopped by whoever may. */
        CANCELLED(CallOutcome.CANCELLED),
        /** Ended by a freeze. */
        FROZEN(CallOutcome.CANCELLED),
        /** Ended because the skill was taken out of use. */
        SKILL_NOT_ENABLED(CallOutcome.CANCELLED),
        /** Ended because the lease could not be renewed. */
        LEASE_LOST(CallOutcome.CANCELLED),
        /** Ended because the node stops. */
        DRAINED(CallOutcome.CANCELLED);

        private final CallOutcome outcome;

        Code(CallOutcome outcome) {
            this.outcome = outcome;
        }

        /** How a call ends with this code. */
        public CallOutcome outcome() {
            return outcome;
        }
    }

    private final Code code;

    private ToolFailure(Code code, String detail) {
        super(detail);
        this.code = code;
    }

    /** What the statement of the call says. */
    public final Code code() {
        return code;
    }

    /** What went wrong and what to change, for whoever made the call: it names nothing of the node's host. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The arguments cannot be handed to a tool: not as its schema says, a NUL in them, too long. */
    public static final class InvalidInput extends ToolFailure {
        /** With what is wrong and what to change. */
        public InvalidInput(String detail) {
            super(Code.INVALID_INPUT, detail);
        }
    }

    /** The executable is unknown to this node, has changed, or may not be run. */
    public static final class ExecutableDenied extends ToolFailure {
        /** With what is wrong and what to change. */
        public ExecutableDenied(String detail) {
            super(Code.EXECUTABLE_DENIED, detail);
        }
    }

    /** A path argument leads out of the workspace. */
    public static final class WorkspaceScopeDenied extends ToolFailure {
        /** With what is wrong and what to change. */
        public WorkspaceScopeDenied(String detail) {
            super(Code.WORKSPACE_SCOPE_DENIED, detail);
        }
    }

    /** The call asks for network access that this node does not grant. */
    public static final class EgressDenied extends ToolFailure {
        /** With what is wrong and what to change. */
        public EgressDenied(String detail) {
            super(Code.EGRESS_DENIED, detail);
        }
    }

    /** The tool used more than the permit allows. */
    public static final class QuotaExceeded extends ToolFailure {
        private final Quota which;

        /** With the limit that was reached, and what to change. */
        public QuotaExceeded(Quota which, String detail) {
            super(which.exceeded(), detail);
            this.which = which;
        }

        /** The limit that was reached. */
        public Quota which() {
            return which;
        }
    }

    /** The wall clock limit was reached. */
    public static final class TimedOut extends ToolFailure {
        /** With the limit that was reached, in ms. */
        public TimedOut(long millis) {
            super(Code.TIMED_OUT, "The call was ended after its wall clock limit of " + millis + " ms.");
        }
    }

    /** The tier asked for could not be proven here; {@link #fix()} says what would make it available. */
    public static final class SandboxUnavailable extends ToolFailure {
        private final String why;
        private final String fix;

        /** With what could not be proven and what would make it available, a sentence each. */
        public SandboxUnavailable(String why, String fix) {
            super(Code.SANDBOX_UNAVAILABLE, why + " " + fix);
            this.why = why;
            this.fix = fix;
        }

        /** Paths and mounts of the host are its operator's business: they are in {@link #why()} and the node's log. */
        @Override
        public String detail() {
            return "The sandbox could not be proven on this node, so nothing ran: its operator finds cause and fix in the"
                    + " doctor's report.";
        }

        /** What could not be proven, a sentence. */
        public String why() {
            return why;
        }

        /** What would make the tier available, a sentence. */
        public String fix() {
            return fix;
        }
    }

    /** The kernel ended the tool because it tried what the sandbox forbids. */
    public static final class SandboxViolation extends ToolFailure {
        /** With what the tool tried. */
        public SandboxViolation(String detail) {
            super(Code.SANDBOX_VIOLATION, detail);
        }
    }

    /** The tool tried to have a secret sent to a host that it is not for, or in another place than a field. */
    public static final class SecretElsewhere extends ToolFailure {
        /** With where to look. */
        public SecretElsewhere() {
            super(
                    Code.SECRET_ELSEWHERE,
                    "A request had a place for a secret that is not for its host: it was not sent. The facts of the call"
                            + " name the host.");
        }
    }

    /** The tool has left a secret in the workspace, where calls without a right to it would read it. */
    public static final class SecretLeft extends ToolFailure {
        /** With what was done about it, and what to change. */
        public SecretLeft(String done) {
            super(
                    Code.SECRET_LEFT,
                    "The tool has left a secret of the call in the workspace, in a name or in a file. " + done
                            + " Let it write such things to /tmp, which ends with the call.");
        }
    }

    /** The sandbox was ended while the tool ran, neither by the tool, which cannot, nor by this node. */
    public static final class EndedFromOutside extends ToolFailure {
        /** With where to look. */
        public EndedFromOutside() {
            super(
                    Code.ENDED_FROM_OUTSIDE,
                    "The sandbox was ended from outside while the tool ran: see the log of the node's host, for example"
                            + " whether it was short of memory.");
        }
    }

    /** A process of the call was still there after all was done to end it. */
    public static final class ProcessesLeft extends ToolFailure {
        /** With what to do. */
        public ProcessesLeft() {
            super(
                    Code.PROCESSES_LEFT,
                    "A process of the call could not be ended: look at the processes on the node's host before this"
                            + " session's workspace is used again.");
        }
    }

    /** The operating system could not start the tool. */
    public static final class SpawnFailed extends ToolFailure {
        /** With what went wrong and what to change. */
        public SpawnFailed(String detail) {
            super(Code.SPAWN_FAILED, detail);
        }

        /** With what the operating system said, which may name paths of the host and is only for the node's log. */
        public SpawnFailed(Exception said) {
            super(Code.SPAWN_FAILED, "The operating system could not start the tool: see the node's log.");
            initCause(said);
        }
    }

    /** The package of the skill that the permit names cannot be had, is not valid, or cannot be run here. */
    public static final class InvalidModule extends ToolFailure {
        /** With what is wrong and what to change. */
        public InvalidModule(String detail) {
            super(Code.INVALID_MODULE, detail);
        }
    }

    /** Ended from outside: a stop, a freeze, a lease that could not be renewed. */
    public static final class Cancelled extends ToolFailure {
        /** With who ended it. */
        public Cancelled(KillCause cause) {
            super(cause.code(), "The call was ended: " + cause + ".");
        }
    }
}
