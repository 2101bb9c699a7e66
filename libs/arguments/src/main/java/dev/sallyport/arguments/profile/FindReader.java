package dev.sallyport.arguments.profile;

import java.util.List;
import java.util.Set;

/** The arguments of find(1): where to start, then an expression. */
final class FindReader {
    private static final Set<String> MARKS = Set.of("(", ")", "!", ",");

    private final ExecutableProfile profile;
    private final GivenArguments given;

    FindReader(ExecutableProfile profile, GivenArguments given) {
        this.profile = profile;
        this.given = given;
    }

    void read(List<String> arguments) throws UnknownArgumentException {
        ArgumentQueue left = new ArgumentQueue(arguments);
        boolean expression = false;
        while (!left.isEmpty()) {
            String argument = left.next();
            if (MARKS.contains(argument) || (argument.length() > 1 && argument.startsWith("-"))) {
                given.take(profile.option(argument), null, left);
                expression |= !isLeading(argument);
            } else if (expression) {
                throw new UnknownArgumentException(
                        UnknownArgumentException.quoted(argument) + " stands where find takes no path");
            } else {
                given.operands().add(argument);
            }
        }
    }

    /** The options that find takes before the paths. */
    private static boolean isLeading(String argument) {
        return argument.equals("-D")
                || argument.startsWith("-O")
                || Set.of("-H", "-L", "-P").contains(argument);
    }
}
