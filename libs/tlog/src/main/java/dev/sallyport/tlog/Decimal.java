package dev.sallyport.tlog;

/** Decimal numbers in their one spelling: ASCII digits without leading zeroes. */
final class Decimal {
    private Decimal() {}

    /** The number, or -1 when the text is none or too large for a long. */
    static long parse(String text) {
        if (text.isEmpty() || text.length() > 19 || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
