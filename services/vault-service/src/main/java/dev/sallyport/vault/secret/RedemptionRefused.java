package dev.sallyport.vault.secret;

/** A node gets no secret. The reason is for the audit, never for the caller, to whom all refusals look the same. */
final class RedemptionRefused extends RuntimeException {
    private final Reason reason;

    RedemptionRefused(Reason reason) {
        super(reason.name());
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    /** The reasons; the name of a constant is the {@code code} of the audit statement. */
    enum Reason {
        STATEMENT_REFUSED,
        NOT_STARTED,
        OTHER_NODE,
        OTHER_POOL,
        TOO_LATE,
        NOT_GRANTED,
        ABSENT,
        EXPIRED,
        DELIVERY_NOT_ALLOWED,
        TOO_OFTEN,
        ALREADY_REDEEMED
    }
}
