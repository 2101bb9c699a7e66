package dev.sallyport.policy.proposal.flow;

/** Why an approval does not count. It ends the call as denied, with this code. */
enum ApprovalRefusal {
    /** The answer came after the question's end. */
    APPROVAL_EXPIRED,
    /** It says approved, and names somebody who denied. */
    APPROVAL_CONTRADICTS_ITSELF,
    /** It counts for more than this call, which was not offered. */
    SCOPE_NOT_OFFERED,
    /** A grant answered that is not the one which people gave with their first answer to that question. */
    GRANT_NOT_ACCEPTED,
    /** A grant answered with a number under which it had answered another call. */
    GRANT_USE_TAKEN,
    /** A grant answered that was revoked. */
    GRANT_REVOKED,
    /** Fewer people approved than were asked for. */
    QUORUM_NOT_REACHED,
    /** An agent or a service approved. */
    APPROVER_NOT_A_PERSON,
    /** Whoever asks for a call never approves it. */
    REQUESTER_MAY_NOT_ANSWER,
    /** Whoever answers for the requester was excluded. */
    ACCOUNTABLE_MAY_NOT_ANSWER,
    /** The approver was authenticated in a way that this service does not know, or not freshly where that was asked for. */
    ASSURANCE_TOO_LOW,
    /** A signature was asked for, and the approver has or had a key and did not sign. */
    SIGNATURE_MISSING,
    /** The key that signed is not the approver's, any more. */
    KEY_NOT_BOUND,
    /** The approver saw something else than was asked. */
    ANOTHER_PROMPT_WAS_SHOWN,
    /** The approver lacks the role that was asked for, then or now. */
    ROLE_MISSING,
    /** The approver is not in the group that was asked for, any more. */
    GROUP_MISSING,
    /** The approver was frozen after they had answered. */
    APPROVER_FROZEN
}
