package dev.sallyport.arguments;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of environment variables that a tool may set for its program. What tells the loader, the C library or a shell
 * which code to run beside the program is not among them, nor what the sandbox itself sets for every program.
 */
public final class EnvironmentNames {
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    private static final Set<String> REFUSED =
            Set.of("BASH_ENV", "ENV", "GCONV_PATH", "GETCONF_DIR", "HOME", "HOSTALIASES", "IFS", "LOCPATH", "NLSPATH",
                    "NODE_OPTIONS", "PATH", "PERL5OPT", "PROMPT_COMMAND", "PYTHONSTARTUP", "RUBYOPT", "SHELLOPTS");

    private static final Set<String> REFUSED_BEGINNINGS = Set.of("GLIBC_", "LD_", "MALLOC_");

    private EnvironmentNames() {}

    /** Whether a tool may set the variable of this name. */
    public static boolean maySet(String name) {
        return NAME.matcher(name).matches()
                && !REFUSED.contains(name)
                && REFUSED_BEGINNINGS.stream().noneMatch(name::startsWith);
    }
}
