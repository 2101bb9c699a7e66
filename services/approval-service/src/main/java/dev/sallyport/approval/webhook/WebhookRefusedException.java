package dev.sallyport.approval.webhook;

/** Nothing is sent to an address. */
final class WebhookRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final DeliveryCode code;

    /**
     * @param detail a sentence that says what to change
     */
    WebhookRefusedException(DeliveryCode code, String detail) {
        super(detail);
        this.code = code;
    }

    DeliveryCode code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
