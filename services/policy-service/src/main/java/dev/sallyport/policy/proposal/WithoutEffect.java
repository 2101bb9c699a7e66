package dev.sallyport.policy.proposal;

/** Why a statement about a call changed nothing: the {@code reason} of {@code statement-without-effect}. */
public enum WithoutEffect {
    /** No answer is awaited, or not to this question. */
    NOT_AWAITED,
    /** It does not rest on a permit of the call. */
    NOT_PERMITTED,
    /** Another node has signed it than the one that claimed the call. */
    NOT_BY_ITS_NODE,
    /** The call had ended before. */
    ENDED_BEFORE,
    /** The token that proposed the call was revoked meanwhile. */
    TOKEN_REVOKED
}
