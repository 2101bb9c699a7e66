package dev.sallyport.arguments.profile;

import java.util.regex.Pattern;

/**
 * Filters of jq(1). The language has no way to write a file or to start a program. It reads files by {@code import},
 * {@code include} and {@code modulemeta}, and the environment, in which a confined program finds nothing that is secret.
 */
final class JqFilter {
    /** Also within a string or as a name of a field, where the words are harmless: then a human says so. */
    private static final Pattern READS = Pattern.compile("import|include|modulemeta");

    private JqFilter() {}

    static boolean isHarmless(String filter) {
        return !READS.matcher(filter).find();
    }
}
