package dev.sallyport.approval.console;

import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.CallEnd;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.CallOutcome;
import org.jspecify.annotations.Nullable;

/** The console's own sentences. */
final class ConsoleText {
    private ConsoleText() {}

    static String state(ApprovalState state) {
        return switch (state) {
            case PENDING -> "waiting";
            case APPROVED -> "approved";
            case DENIED -> "denied";
            case TIMED_OUT -> "timed out";
            case CANCELLED -> "cancelled";
        };
    }

    static String outcome(ApprovalState state, @Nullable CallEnd end) {
        return switch (state) {
            case PENDING -> "This waits for an answer.";
            case APPROVED ->
                end == null
                        ? "This call may run once, if the policy still agrees."
                        : "This call may run once, and it has had its turn.";
            case DENIED -> "This call will not run.";
            case TIMED_OUT -> "Nobody decided in time. This call will not run.";
            case CANCELLED -> "The call ended before anybody decided.";
        };
    }

    /** What became of an approved call. */
    static String end(CallOutcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> "It ran and ended well.";
            case FAILED -> "It ran and failed.";
            case DENIED -> "It did not run: when its turn came, the policy did not agree any more.";
            case REFUSED -> "It did not run: something that it needs was missing or had changed.";
            case EXPIRED -> "It did not run: no node took it in time.";
            case CANCELLED -> "It was stopped on request.";
            case TIMED_OUT -> "It ran and was stopped at its deadline.";
            case QUOTA_EXCEEDED -> "It ran and was stopped at one of its limits.";
            case SANDBOX_VIOLATION -> "It ran, and the sandbox stopped what it tried.";
            case INDETERMINATE -> "It was started, and nobody knows how it ended.";
            case ABANDONED -> "It was given up, because a key that it rests on was revoked.";
        };
    }

    /** The same in a list. */
    static String endInShort(CallEnd end) {
        return (end.ran() ? "ran: " : "did not run: ")
                + end.outcome().wire().replace('_', ' ')
                + (end.exitCode() == null ? "" : ", exit code " + end.exitCode());
    }

    static String answer(
            ApprovalResolved.Answer answer,
            ApprovalScope scope,
            Credential.Authenticator authenticator,
            boolean signed,
            boolean self,
            boolean partly) {
        String said = switch (answer) {
            case APPROVED -> "approved it";
            case DENIED -> "denied it";
        };
        String known = switch (authenticator) {
            case SESSION -> "on the page";
            case OIDC -> "on the page, signed in at the OpenID provider";
            case FRESH_LINK -> "a moment after signing in by link, unsigned";
            case TOKEN -> "by a personal token";
            case DEVICE_CERTIFICATE -> "by a device's certificate";
        };
        String reach = switch (scope) {
            case ONCE -> "";
            case SESSION -> " and calls like it in its session";
            case TIME -> " and calls like it for a time";
        };
        return said + reach + ", " + known + (signed ? ", signed with their own key" : "")
                + (self ? "; the agent that asked is their own" : "")
                + (partly ? ", with a part of the arguments not shown" : "");
    }
}
