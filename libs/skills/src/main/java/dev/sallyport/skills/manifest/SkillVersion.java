package dev.sallyport.skills.manifest;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version by Semantic Versioning 2.0.0 (https://semver.org), without build metadata: two versions that are equal in
 * precedence are the same version. At most {@value #MAX_LENGTH} characters.
 *
 * @param text as the manifest writes it
 */
public record SkillVersion(String text) implements Comparable<SkillVersion> {
    /** Most characters of a version. */
    public static final int MAX_LENGTH = 64;

    private static final String NUMBER = "(0|[1-9][0-9]*)";
    private static final String IDENTIFIER = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final Pattern FORM = Pattern.compile(
            NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(?:-(" + IDENTIFIER + "(?:\\." + IDENTIFIER + ")*))?");

    /** Refuses anything else with {@link IllegalArgumentException}. */
    public SkillVersion {
        if (text.length() > MAX_LENGTH || !FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a version is written like 1.2.3 or 1.2.3-beta.1, without build metadata, in at most " + MAX_LENGTH
                            + " characters");
        }
    }

    /** Orders by precedence (Semantic Versioning 2.0.0, section 11). */
    @Override
    public int compareTo(SkillVersion other) {
        Matcher mine = matched();
        Matcher theirs = other.matched();
        for (int part = 1; part <= 3; part++) {
            int order = new BigInteger(mine.group(part)).compareTo(new BigInteger(theirs.group(part)));
            if (order != 0) {
                return order;
            }
        }
        String early = mine.group(4);
        String otherEarly = theirs.group(4);
        if (early == null || otherEarly == null) {
            return Boolean.compare(early == null, otherEarly == null);
        }
        return compare(early.split("\\."), otherEarly.split("\\."));
    }

    private Matcher matched() {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("the constructor has checked the form");
        }
        return matcher;
    }

    private static int compare(String[] identifiers, String[] others) {
        for (int i = 0; i < Math.min(identifiers.length, others.length); i++) {
            int order = compare(identifiers[i], others[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(identifiers.length, others.length);
    }

    private static int compare(String identifier, String other) {
        boolean numeric = isNumber(identifier);
        boolean otherNumeric = isNumber(other);
        if (numeric && otherNumeric) {
            return new BigInteger(identifier).compareTo(new BigInteger(other));
        }
        return numeric == otherNumeric ? identifier.compareTo(other) : Boolean.compare(otherNumeric, numeric);
    }

    private static boolean isNumber(String identifier) {
        return identifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return text;
    }
}
