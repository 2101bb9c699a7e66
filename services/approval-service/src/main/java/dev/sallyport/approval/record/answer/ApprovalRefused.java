package dev.sallyport.approval.record.answer;

/** An answer that does not count. Nothing was changed. */
public final class ApprovalRefused extends RuntimeException {
    private final Code code;

    /** What kind of refusal it is, which decides the HTTP status. */
    public enum Kind {
        /** There is no such record in the caller's workspace. */
        NOT_FOUND,
        /** This caller may never answer this request. */
        NOT_ELIGIBLE,
        /** The request is over, or this person has already answered it. */
        TOO_LATE,
        /** What was answered is not what was asked. */
        MISMATCH
    }

    /** The reasons; their names are the codes of problem documents. */
    public enum Code {
        /** Unknown here, or of another workspace. */
        APPROVAL_NOT_FOUND(
                Kind.NOT_FOUND,
                "No approval request of this workspace has this id. A call that was proposed this moment may take a second to"
                        + " arrive here: then try again. `sallyport approvals list` shows those that are known."),
        /** An agent or a service. */
        PERSON_REQUIRED(Kind.NOT_ELIGIBLE, "Only a person may answer; agents and services never do. Ask an approver."),
        /** Who asked. */
        REQUESTER_MAY_NOT_ANSWER(
                Kind.NOT_ELIGIBLE,
                "Whoever asked may not answer. Let another approver decide; where there is nobody else, add a second person:"
                        + " `sallyport members set person:NAME --role operator`."),
        /** Who answers for the call, where four eyes are required. */
        ACCOUNTABLE_MAY_NOT_ANSWER(
                Kind.NOT_ELIGIBLE,
                "The agent that asks is yours: you issued its token, or its device is yours. At this risk somebody else must"
                        + " decide. Let another approver do so."),
        /** A person without the least role; the role is named. */
        ROLE_MISSING(Kind.NOT_ELIGIBLE, "This request is for people with at least the role %s."),
        /** A person outside the group that is asked; the group is named. */
        GROUP_MISSING(
                Kind.NOT_ELIGIBLE,
                "This request is for the members of the group %s, as they were when it was asked. Let one of them answer."),
        /** A person without a key of their own, who did not sign in just now. */
        ASSURANCE_MISSING(
                Kind.NOT_ELIGIBLE,
                "At this risk an approval is signed with your own key, and you have none. Until you have one, sign in with a"
                        + " one-time link and answer at once, or use your device: `sallyport approvals approve`."),
        /** A person who has or had a key, and did not sign. */
        SIGNATURE_MISSING(
                Kind.NOT_ELIGIBLE,
                "At this risk an approval is signed with your own key. Answer on the page, where your browser asks for your"
                        + " passkey, or with your device: `sallyport approvals approve`. If your passkey was removed, an owner's"
                        + " device makes you a link for a new one: `sallyport invite NAME --key`."),
        /** A signature that is not this person's over this answer; why is named. */
        SIGNATURE_INVALID(
                Kind.MISMATCH,
                "Your signature does not count, because %s. Nothing changed. Load the request again, then sign what it shows."),
        /** The record has left its open state; the state is named. */
        ALREADY_RESOLVED(Kind.TOO_LATE, "This request is already %s. Nothing changed."),
        /** The expiry has passed. */
        EXPIRED(Kind.TOO_LATE, "The time to answer is over, which counts as a denial. Nothing changed."),
        /** The same person a second time. */
        ALREADY_ANSWERED(Kind.TOO_LATE, "You have already approved this request; it waits for others."),
        /** More than one call at once, which the question does not offer. */
        SCOPE_NOT_OFFERED(
                Kind.MISMATCH,
                "This question does not offer an answer for more than this one call, or not one that wide. Answer it once."),
        /** A pattern that is not about the arguments shown. */
        PATTERN_NOT_SHOWN(
                Kind.MISMATCH,
                "An argument that may differ is not a text of the call that was shown, or is shorter than the prefix."
                        + " Name it by its JSON pointer, such as /args/1."),
        /** The digest of another prompt. */
        PROMPT_DIGEST_MISMATCH(
                Kind.MISMATCH,
                "What you answered is not what this request shows. Read it again, then answer with its prompt_digest."),
        /** A yes to what was partly seen, where the risk is high or further calls are meant. */
        PARTLY_SEEN(
                Kind.MISMATCH,
                "A part of the arguments was not shown, and at this risk, or for further calls, nobody approves what was not"
                        + " read. Open all of them, then answer.");

        private final Kind kind;
        private final String sentence;

        Code(Kind kind, String sentence) {
            this.kind = kind;
            this.sentence = sentence;
        }
    }

    /**
     * A refusal.
     *
     * @param named what the code's sentence names, where it names something
     */
    public ApprovalRefused(Code code, Object... named) {
        super(code.sentence.formatted(named));
        this.code = code;
    }

    /** The reason. */
    public Code code() {
        return code;
    }

    /** Its kind. */
    public Kind kind() {
        return code.kind;
    }

    /** What to tell the caller: a sentence. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
