package dev.sallyport.arguments.profile;

/**
 * Scripts of sed(1) that only edit: none of the commands {@code e r R w W}, no flag {@code e} or {@code w} of {@code s}.
 * It is stricter than GNU sed, whose reading of delimiters, labels and texts it follows; what it cannot tell for sure
 * is not harmless.
 */
final class SedScript {
    private static final String NO_ARGUMENT = "=dDFgGhHnNpPxz";

    private final String text;
    private int at;

    private SedScript(String text) {
        this.text = text;
    }

    /** Whether the script is known to only edit. */
    static boolean isHarmless(String script) {
        try {
            new SedScript(script).script();
            return true;
        } catch (UnknownArgumentException _) {
            return false;
        }
    }

    private void script() throws UnknownArgumentException {
        int open = 0;
        while (true) {
            skip(" \t\n;");
            if (atEnd()) {
                return;
            }
            if (skips('#')) {
                toNewline();
            } else if (skips('}')) {
                check(--open >= 0);
                end();
            } else {
                addresses();
                if (skips('{')) {
                    open++;
                } else {
                    command();
                }
            }
        }
    }

    private void command() throws UnknownArgumentException {
        char command = next();
        if (NO_ARGUMENT.indexOf(command) >= 0) {
            end();
            return;
        }
        switch (command) {
            case 'q', 'Q', 'l' -> {
                skip(" \t");
                digits();
                end();
            }
            case 'a', 'i', 'c' -> text();
            case 's' -> {
                char delimiter = delimiter();
                toDelimiter(delimiter);
                toDelimiter(delimiter);
                skip("0123456789gpiImM");
                end();
            }
            case 'y' -> {
                char delimiter = delimiter();
                toDelimiter(delimiter);
                toDelimiter(delimiter);
                end();
            }
            case ':', 'b', 't', 'T' -> {
                skip(" \t");
                while (!atEnd() && (Character.isLetterOrDigit(peek()) || peek() == '_')) {
                    at++;
                }
                end();
            }
            default -> check(false);
        }
    }

    /** What a, i and c add ends with the line; with a backslash before it, that is for sed to say. */
    private void text() throws UnknownArgumentException {
        int from = at;
        toNewline();
        check(atEnd() || text.substring(from, at).indexOf('\\') < 0);
    }

    private void addresses() throws UnknownArgumentException {
        if (address()) {
            skip(" \t");
            if (skips(',')) {
                skip(" \t");
                if (skips('+') || skips('~')) {
                    digits();
                } else {
                    check(address());
                }
            }
        }
        skip(" \t");
        while (skips('!')) {
            skip(" \t");
        }
    }

    private boolean address() throws UnknownArgumentException {
        if (skips('$')) {
            return true;
        }
        if (!atEnd() && peek() >= '0' && peek() <= '9') {
            digits();
            if (skips('~')) {
                digits();
            }
            return true;
        }
        boolean slash = skips('/');
        if (slash || skips('\\')) {
            toDelimiter(slash ? '/' : delimiter());
            skip("IM");
            return true;
        }
        return false;
    }

    /** One byte in every encoding, and none that means something else before the delimiter is looked for. */
    private char delimiter() throws UnknownArgumentException {
        char delimiter = next();
        check(delimiter > ' ' && delimiter < 0x7f && delimiter != '\\' && !Character.isLetterOrDigit(delimiter));
        return delimiter;
    }

    /** To the next delimiter without a backslash before it. Brackets do not hide one. */
    private void toDelimiter(char delimiter) throws UnknownArgumentException {
        while (true) {
            char each = next();
            if (each == delimiter) {
                return;
            }
            check(each != '\n');
            if (each == '\\') {
                next();
            }
        }
    }

    /** What may follow a command. */
    private void end() throws UnknownArgumentException {
        skip(" \t");
        check(atEnd() || peek() == '}' || peek() == '#' || skips(';') || skips('\n'));
    }

    private void digits() {
        skip("0123456789");
    }

    private void toNewline() {
        int newline = text.indexOf('\n', at);
        at = newline < 0 ? text.length() : newline;
    }

    private void skip(String characters) {
        while (!atEnd() && characters.indexOf(peek()) >= 0) {
            at++;
        }
    }

    private boolean skips(char character) {
        boolean there = !atEnd() && peek() == character;
        if (there) {
            at++;
        }
        return there;
    }

    private boolean atEnd() {
        return at == text.length();
    }

    private char peek() {
        return text.charAt(at);
    }

    private char next() throws UnknownArgumentException {
        check(!atEnd());
        return text.charAt(at++);
    }

    private static void check(boolean known) throws UnknownArgumentException {
        if (!known) {
            throw new UnknownArgumentException("the script is not known to only edit");
        }
    }
}
