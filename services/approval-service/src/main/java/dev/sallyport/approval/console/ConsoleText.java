package dev.sallyport.approval.console;

import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.statements.predicate.ApprovalResolved;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The console's own sentences. */
final class ConsoleText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private ConsoleText() {}

    static String time(@Nullable Instant instant) {
        return instant == null ? "" : TIME.format(instant);
    }

    static String state(ApprovalState state) {
        return switch (state) {
            case PENDING -> "waiting";
            case APPROVED -> "approved";
            case DENIED -> "denied";
            case TIMED_OUT -> "timed out";
            case CANCELLED -> "cancelled";
        };
    }

    static String outcome(ApprovalState state) {
        return switch (state) {
            case PENDING -> "This waits for an answer.";
            case APPROVED -> "This call may run once, if the policy still agrees.";
            case DENIED -> "This call will not run.";
            case TIMED_OUT -> "Nobody decided in time. This call will not run.";
            case CANCELLED -> "The call ended before anybody decided.";
        };
    }

    static String answer(
            ApprovalResolved.Answer answer, Credential.Authenticator authenticator, boolean self, boolean partly) {
        String said = switch (answer) {
            case APPROVED -> "approved it";
            case DENIED -> "denied it";
        };
        String known = switch (authenticator) {
            case SESSION -> "signed in by link";
            case TOKEN -> "by a personal token";
            case DEVICE_CERTIFICATE -> "by a device's certificate";
        };
        return said + ", " + known + (self ? ", being accountable for the call" : "")
                + (partly ? ", with a part of the arguments not shown" : "");
    }
}
