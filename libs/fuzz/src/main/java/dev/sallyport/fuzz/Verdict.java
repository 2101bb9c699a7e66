package dev.sallyport.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of one input.
 *
 * @param kind accepted, refused as declared, or neither
 * @param way tells one cause from another: the exception and the lines of ours that it came through
 * @param thrown what was thrown, if anything
 */
record Verdict(Kind kind, String way, @Nullable Throwable thrown) {
    private static final String OURS = "dev.sallyport.";
    private static final String FUZZ = Verdict.class.getPackageName() + ".";
    private static final int LINES = 8;

    enum Kind {
        ACCEPTED,
        REFUSED,
        FINDING
    }

    static Verdict accepted() {
        return new Verdict(Kind.ACCEPTED, "accepted", null);
    }

    static Verdict of(Throwable thrown, List<Class<? extends Exception>> refusals) {
        boolean declared = refusals.stream().anyMatch(type -> type.isInstance(thrown));
        return new Verdict(declared ? Kind.REFUSED : Kind.FINDING, way(thrown), thrown);
    }

    private static String way(Throwable thrown) {
        String lines = Arrays.stream(thrown.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith(OURS)
                        && !frame.getClassName().startsWith(FUZZ))
                .limit(LINES)
                .map(frame -> frame.getClassName() + ":" + frame.getLineNumber())
                .distinct()
                .collect(Collectors.joining(" "));
        return thrown.getClass().getName() + " " + lines;
    }
}
