package dev.sallyport.approval.webhook;

/** What came of an attempt to send a message. */
public enum DeliveryCode {
    /** The receiver has taken it: an answer of 200 to 299. */
    DELIVERED,
    /** The host's name has no address now. */
    HOST_UNKNOWN,
    /** The host has an address that nothing is sent to: not a public one, or one of the fleet's own. */
    ADDRESS_REFUSED,
    /** Nobody answered there, or not in time. */
    NOT_REACHED,
    /** The server has no certificate of that name from an authority that Java trusts. */
    SERVER_NOT_PROVEN,
    /** The receiver sends elsewhere, which is not followed. */
    REDIRECTED,
    /** The receiver answered with another status than 200 to 299. */
    REFUSED,
    /** What came back is no HTTP. */
    ANSWER_UNREADABLE,
    /** It waited for too long, and is not tried any more. */
    TOO_OLD
}
