package dev.sallyport.cli.failure;

import org.jspecify.annotations.Nullable;

/** A command that cannot go on, with the exit code and one line that says what to change. */
public sealed class CommandFailure extends RuntimeException
        permits CommandFailure.Usage, CommandFailure.NotFound, CommandFailure.Conflict, FleetFailure {
    private final ExitCode exitCode;

    /** A failure with its message for people and, where one is known, its cause. */
    protected CommandFailure(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The exit code that the command ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** The command line, a file named on it or the configuration is wrong. */
    public static final class Usage extends CommandFailure {
        /** A usage failure; the message says what to change. */
        public Usage(String message) {
            super(ExitCode.USAGE, message, null);
        }

        /** A usage failure with its cause. */
        public Usage(String message, Throwable cause) {
            super(ExitCode.USAGE, message, cause);
        }
    }

    /** What is named on the command line is not there. */
    public static final class NotFound extends CommandFailure {
        /** The message says where to look. */
        public NotFound(String message) {
            super(ExitCode.NOT_FOUND, message, null);
        }
    }

    /** What is there forbids it. */
    public static final class Conflict extends CommandFailure {
        /** The message says what is there and what to do. */
        public Conflict(String message) {
            super(ExitCode.CONFLICT, message, null);
        }
    }
}
