package dev.sallyport.executor.sandbox;

import java.util.Locale;

/**
 * Why a tool was not run, or was ended by the sandbox. {@link #code()} is what the statement of the call carries.
 *
 * <p>Failures before the start end a call as {@code refused}; nothing of the tool has run then.
 */
public abstract sealed class ToolFailure extends RuntimeException {

    private ToolFailure(String detail) {
        super(detail);
    }

    /** The UPPER_SNAKE code of this failure. */
    public final String code() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    /** What went wrong and what to change. */
    public final String detail() {
        return String.valueOf(getMessage());
    }

    /** The arguments cannot be handed to a tool: not as its schema says, a NUL in them, too long. */
    public static final class InvalidInput extends ToolFailure {
        /** With what is wrong and what to change. */
        public InvalidInput(String detail) {
            super(detail);
        }
    }

    /** The executable is unknown to this node, has changed, or may not be run. */
    public static final class ExecutableDenied extends ToolFailure {
        /** With what is wrong and what to change. */
        public ExecutableDenied(String detail) {
            super(detail);
        }
    }

    /** A path argument leads out of the workspace. */
    public static final class WorkspaceScopeDenied extends ToolFailure {
        /** With what is wrong and what to change. */
        public WorkspaceScopeDenied(String detail) {
            super(detail);
        }
    }

    /** The call asks for network access that this node does not grant. */
    public static final class EgressDenied extends ToolFailure {
        /** With what is wrong and what to change. */
        public EgressDenied(String detail) {
            super(detail);
        }
    }

    /** The tool used more than the permit allows. */
    public static final class QuotaExceeded extends ToolFailure {
        private final Quota which;

        /** With the limit that was reached, and what to change. */
        public QuotaExceeded(Quota which, String detail) {
            super(detail);
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
            super("The call was ended after its wall clock limit of " + millis + " ms.");
        }
    }

    /** The tier asked for could not be proven here; {@link #fix()} says what would make it available. */
    public static final class SandboxUnavailable extends ToolFailure {
        private final String why;
        private final String fix;

        /** With what could not be proven and what would make it available, a sentence each. */
        public SandboxUnavailable(String why, String fix) {
            super(why + " " + fix);
            this.why = why;
            this.fix = fix;
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
            super(detail);
        }
    }

    /** The operating system could not start the tool. */
    public static final class SpawnFailed extends ToolFailure {
        /** With what the operating system said. */
        public SpawnFailed(String detail) {
            super(detail);
        }
    }

    /** Ended from outside: a stop, a freeze, a lease that could not be renewed. */
    public static final class Cancelled extends ToolFailure {
        private final KillCause cause;

        /** With who ended it. */
        public Cancelled(KillCause cause) {
            super("The call was ended: " + cause + ".");
            this.cause = cause;
        }

        /** Who ended it. */
        public KillCause killCause() {
            return cause;
        }
    }
}
