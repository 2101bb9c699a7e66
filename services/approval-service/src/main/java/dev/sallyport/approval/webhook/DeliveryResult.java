package dev.sallyport.approval.webhook;

import org.jspecify.annotations.Nullable;

/**
 * What came of one attempt.
 *
 * @param status the HTTP status of the answer; null without one
 */
public record DeliveryResult(DeliveryCode code, @Nullable Integer status) {
    static DeliveryResult of(DeliveryCode code) {
        return new DeliveryResult(code, null);
    }

    /** Whether the receiver has taken the message. */
    public boolean delivered() {
        return code == DeliveryCode.DELIVERED;
    }
}
