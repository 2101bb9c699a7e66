package dev.sallyport.approval.record;

/** An answer that does not count. Nothing was changed. */
public abstract sealed class ApprovalRefused extends RuntimeException {

    private final String code;

    private ApprovalRefused(String code, String message) {
        super(message);
        this.code = code;
    }

    /** Stable code in upper snake case. */
    public String code() {
        return code;
    }

    /** There is no such record in the caller's workspace. */
    public static final class NotFound extends ApprovalRefused {
        NotFound() {
            super("APPROVAL_NOT_FOUND", "There is no such request in this workspace.");
        }
    }

    /** This caller may never answer this request. */
    public static final class NotEligible extends ApprovalRefused {
        private NotEligible(String code, String message) {
            super(code, message);
        }

        static NotEligible notAPerson() {
            return new NotEligible(
                    "PERSON_REQUIRED", "Only a person may answer; agents and services never do. Ask an approver.");
        }

        static NotEligible requester() {
            return new NotEligible(
                    "REQUESTER_MAY_NOT_ANSWER", "Whoever asked may not answer. Let another approver decide.");
        }

        static NotEligible accountable() {
            return new NotEligible(
                    "ACCOUNTABLE_MAY_NOT_ANSWER",
                    "You are accountable for this call and four eyes are required. Let another approver decide.");
        }

        static NotEligible assurance() {
            return new NotEligible(
                    "ASSURANCE_MISSING",
                    "This request asks for an approver's own key, and you have none enrolled. Deny it, or let it run out.");
        }

        static NotEligible role(String role) {
            return new NotEligible("ROLE_MISSING", "This request is for people with at least the role " + role + ".");
        }
    }

    /** The request is over, or this person has already answered it. */
    public static final class TooLate extends ApprovalRefused {
        private TooLate(String code, String message) {
            super(code, message);
        }

        static TooLate resolved(ApprovalState state) {
            return new TooLate(
                    "ALREADY_RESOLVED",
                    "This request is already " + state.wire().replace('_', ' ') + ". Nothing changed.");
        }

        static TooLate expired() {
            return new TooLate("EXPIRED", "The time to answer is over, which counts as a denial. Nothing changed.");
        }

        static TooLate answered() {
            return new TooLate("ALREADY_ANSWERED", "You have already approved this request; it waits for others.");
        }
    }

    /** What was answered is not what was asked. */
    public static final class Mismatch extends ApprovalRefused {
        private Mismatch(String code, String message) {
            super(code, message);
        }

        static Mismatch prompt() {
            return new Mismatch(
                    "PROMPT_DIGEST_MISMATCH",
                    "What you answered is not what this request shows. Read it again, then answer with its prompt_digest.");
        }
    }
}
