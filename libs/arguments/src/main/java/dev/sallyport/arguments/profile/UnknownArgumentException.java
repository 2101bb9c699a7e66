package dev.sallyport.arguments.profile;

/** An argument that the program's profile does not know. The message is a sentence for the caller. */
final class UnknownArgumentException extends Exception {
    private static final long serialVersionUID = 1;

    private static final int LONGEST_QUOTE = 60;

    UnknownArgumentException(String message) {
        super(message, null, false, false);
    }

    /** A piece of the arguments for a message, shortened. */
    static String quoted(String text) {
        String beginning = text.codePoints()
                .limit(LONGEST_QUOTE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "`" + beginning + (beginning.length() < text.length() ? "…" : "") + "`";
    }
}
