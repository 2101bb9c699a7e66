package dev.sallyport.policy.proposal.admission;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A program's name that is none: a path, or a whole command line. Says how the call is written instead. */
final class ProgramName {
    static final String RULE = "must be one program name, such as `ls`, without a path; its options go into `args`";

    private static final Pattern WELL_FORMED = Pattern.compile("[a-z0-9][a-z0-9._+-]{0,63}");

    /** Nobody reads a longer example. */
    private static final int LONGEST_EXAMPLE = 200;

    private ProgramName() {}

    /** The rule, with the call that was probably meant where that can be told. */
    static String rule(String given) {
        List<String> words = given.length() > LONGEST_EXAMPLE
                ? List.of()
                : Arrays.stream(given.strip().split("\\s+", -1)).toList();
        String program = words.isEmpty()
                ? ""
                : words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
        if (!WELL_FORMED.matcher(program).matches()) {
            return RULE;
        }
        String args = words.stream().skip(1).map(ProgramName::quoted).collect(Collectors.joining(","));
        return RULE + ": {\"executable\":\"" + program + "\"" + (args.isEmpty() ? "" : ",\"args\":[" + args + "]")
                + "}";
    }

    private static String quoted(String word) {
        return "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
