package dev.sallyport.cli.failure;

import dev.sallyport.cli.output.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** A service that could not be asked, or that said no. */
public final class FleetFailure extends CommandFailure {
    private final @Nullable Problem problem;

    private FleetFailure(ExitCode exitCode, String message, @Nullable Throwable cause, @Nullable Problem problem) {
        super(exitCode, message, cause);
        this.problem = problem;
    }

    /** No connection, or it broke. */
    public static FleetFailure unreachable(String address, String reason, Throwable cause) {
        return new FleetFailure(
                ExitCode.UNREACHABLE,
                "cannot reach " + address + ": " + reason
                        + ". Is the fleet running? `sallyport doctor` asks all its services.",
                cause,
                null);
    }

    /** A connection that TLS has refused, with the whole sentence that says so. */
    public static FleetFailure distrusted(String sentence, Throwable cause) {
        return new FleetFailure(ExitCode.UNREACHABLE, sentence, cause, null);
    }

    /** An answer that breaks the contract. */
    public static FleetFailure unreadable(String address, Throwable cause) {
        return new FleetFailure(
                ExitCode.UNAVAILABLE,
                address + " answered something that its contract does not know: "
                        + (cause instanceof JacksonException json ? Json.complaint(json) : cause.getMessage()),
                cause,
                null);
    }

    /** The service said no. */
    public static FleetFailure of(Problem problem) {
        return new FleetFailure(exitCodeOf(problem.status()), problem.sentence(), null, problem);
    }

    /** The same with a sentence about what to do. */
    public FleetFailure advising(String advice) {
        return new FleetFailure(exitCode(), sentence(String.valueOf(getMessage())) + " " + advice, getCause(), problem);
    }

    /** The service's RFC 9457 problem, or null if there was no answer. */
    public @Nullable Problem problem() {
        return problem;
    }

    private static String sentence(String message) {
        return message.endsWith(".") ? message : message + ".";
    }

    private static ExitCode exitCodeOf(int status) {
        return switch (status) {
            case 401, 403 -> ExitCode.NOT_PERMITTED;
            case 404, 410 -> ExitCode.NOT_FOUND;
            case 409, 412 -> ExitCode.CONFLICT;
            case 408, 425, 429 -> ExitCode.UNAVAILABLE;
            default -> status >= 500 ? ExitCode.UNAVAILABLE : ExitCode.USAGE;
        };
    }
}
