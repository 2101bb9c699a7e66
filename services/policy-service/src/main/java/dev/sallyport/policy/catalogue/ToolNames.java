package dev.sallyport.policy.catalogue;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of tools: lower case, dotted. A name that differs from a canonical one only in case, width or white space is
 * refused rather than matched, so that no two spellings of one tool are ever classified differently.
 */
public final class ToolNames {
    private static final Pattern CANONICAL = Pattern.compile("[a-z0-9][a-z0-9_-]*(\\.[a-z0-9][a-z0-9_-]*)*");
    private static final int MAX_LENGTH = 128;

    private ToolNames() {}

    /** Whether this is a name. */
    public static boolean isCanonical(String name) {
        return name.length() <= MAX_LENGTH && CANONICAL.matcher(name).matches();
    }

    /** The name in worlds whose names have no dots, as OpenAI's functions. No two tools of a workspace share one. */
    public static String withoutDots(String name) {
        return name.replace('.', '_');
    }

    /**
     * The canonical name that this one was probably meant to be; for the message, never for a decision. Empty for a
     * name far longer than one may be: folding can make one character many, and would take much time and memory.
     */
    public static Optional<String> meant(String name) {
        if (name.length() > 2 * MAX_LENGTH) {
            return Optional.empty();
        }
        String folded = Normalizer.normalize(name, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[\\s\\p{Cf}]+", "");
        return Optional.of(folded).filter(ToolNames::isCanonical);
    }
}
