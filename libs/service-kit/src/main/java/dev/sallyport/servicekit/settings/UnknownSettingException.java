package dev.sallyport.servicekit.settings;

/** A setting {@code sallyport.*} that nobody reads: most likely a typing error, whose default would go unnoticed. */
final class UnknownSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownSettingException(String sentence) {
        super(sentence);
    }
}
