package dev.sallyport.arguments.profile;

import java.util.List;

/** Options as getopt_long(3) reads them, in their full form only, and the few ways in which programs differ from it. */
final class OptionReader {
    private final ExecutableProfile profile;
    private final GivenArguments given;

    OptionReader(ExecutableProfile profile, GivenArguments given) {
        this.profile = profile;
        this.given = given;
    }

    void read(List<String> arguments) throws UnknownArgumentException {
        Grammar grammar = profile.grammar();
        ArgumentQueue left = new ArgumentQueue(arguments);
        if (grammar == Grammar.TAR && !left.isEmpty() && !arguments.getFirst().startsWith("-")) {
            letters(left.next(), left);
        }
        while (!left.isEmpty()) {
            String argument = left.next();
            if (argument.equals("--") && grammar != Grammar.SEPARATE) {
                given.operands().addAll(left.rest());
            } else if (argument.startsWith("--")) {
                longOption(argument, left);
            } else if (argument.length() > 1 && argument.charAt(0) == '-' && !isNumber(argument)) {
                cluster(argument, left);
            } else {
                given.operands().add(argument);
                if (grammar == Grammar.POSIX || grammar == Grammar.SEQ) {
                    given.operands().addAll(left.rest());
                }
            }
        }
    }

    private boolean isNumber(String argument) {
        char second = argument.charAt(1);
        return profile.grammar() == Grammar.SEQ && (second == '.' || (second >= '0' && second <= '9'));
    }

    /** {@code --name}, {@code --name=value}, {@code --name value}. */
    private void longOption(String argument, ArgumentQueue left) throws UnknownArgumentException {
        int equals = argument.indexOf('=');
        Option option = profile.option(equals < 0 ? argument : argument.substring(0, equals));
        if (equals < 0 && option.optional()) {
            given.add(option, List.of());
        } else if (equals < 0) {
            given.take(option, null, left);
        } else if (option.values().isEmpty() || profile.grammar() == Grammar.SEPARATE) {
            throw new UnknownArgumentException("`" + option.name() + "` takes no value within the same argument");
        } else {
            given.take(option, argument.substring(equals + 1), left);
        }
    }

    /** {@code -a}, {@code -abc}, {@code -n5}, {@code -abn 5}: the first letter that takes a value takes the rest. */
    private void cluster(String argument, ArgumentQueue left) throws UnknownArgumentException {
        for (int at = 1; at < argument.length(); ) {
            int letter = argument.codePointAt(at);
            at += Character.charCount(letter);
            Option option = profile.option("-" + Character.toString(letter));
            if (option.values().isEmpty()) {
                given.add(option, List.of());
                continue;
            }
            if (profile.grammar() == Grammar.SEPARATE && argument.length() > 2) {
                throw new UnknownArgumentException(
                        UnknownArgumentException.quoted(argument) + " is more than one option");
            }
            String rest = argument.substring(at);
            if (rest.isEmpty() && option.optional()) {
                given.add(option, List.of());
            } else {
                given.take(option, rest.isEmpty() ? null : rest, left);
            }
            return;
        }
    }

    /** The old style of tar: {@code tf archive}. */
    private void letters(String letters, ArgumentQueue left) throws UnknownArgumentException {
        for (int letter : letters.codePoints().toArray()) {
            Option option = profile.option("-" + Character.toString(letter));
            if (option.optional()) {
                throw new UnknownArgumentException("`" + option.name() + "` may take a value or not");
            }
            given.take(option, null, left);
        }
    }
}
