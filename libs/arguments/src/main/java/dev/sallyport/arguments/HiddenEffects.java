package dev.sallyport.arguments;

import java.util.List;
import java.util.Map;

/**
 * Options by which a program does what its arguments do not show: it starts a program, or takes names of files from a
 * file or from its input. They are refused whoever asks for them; both have a plain way to say the same.
 */
public final class HiddenEffects {
    private static final String NAMES = "--files0-from";

    private static final Map<String, List<String>> OPTIONS =
            Map.of("du", List.of(NAMES), "sort", List.of("--compress-program", NAMES), "wc", List.of(NAMES));

    /** The shortest beginning of a long option that the GNU programs could take for it: two dashes and a letter. */
    private static final int SHORTEST = 3;

    private HiddenEffects() {}

    /**
     * Whether the argument is such an option of that program, also abbreviated, as getopt_long(3) takes it.
     *
     * @param program logical name
     */
    public static boolean has(String program, String argument) {
        int equals = argument.indexOf('=');
        String option = equals < 0 ? argument : argument.substring(0, equals);
        return option.length() >= SHORTEST
                && OPTIONS.getOrDefault(program, List.of()).stream().anyMatch(name -> name.startsWith(option));
    }
}
