package dev.sallyport.arguments;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The environment variables that a workspace's own tool may set. A list of those that decide which code runs would never
 * be complete: every interpreter has some. So the names are listed that are known to decide about language, time and
 * looks only, and a tool's own ones begin with {@code APP_}, which no program of the system reads.
 */
public final class EnvironmentNames {
    private static final Set<String> NAMES = Set.of("COLUMNS", "LANG", "LANGUAGE", "LINES", "NO_COLOR", "TERM", "TZ");

    private static final Pattern OF_A_FAMILY = Pattern.compile("(APP|LC)_[A-Z0-9_]{1,60}");

    private EnvironmentNames() {}

    /** Whether a tool may set the variable of this name. */
    public static boolean maySet(String name) {
        return NAMES.contains(name) || OF_A_FAMILY.matcher(name).matches();
    }
}
