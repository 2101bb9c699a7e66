package dev.sallyport.arguments.profile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one program may be given, as its manual page says.
 *
 * @param program logical name
 * @param manual the page, and the version of the program that the profile was checked against
 * @param grammar how the program reads its arguments
 * @param stdin what its input is to it
 * @param language the language of its values of kind {@link Kind#CODE}; null where none can be told to be harmless
 * @param effects what every call of it does, whatever it is given; absent means nothing
 * @param options all that it has, in their full form
 * @param operands what it takes besides
 */
record ExecutableProfile(
        String program,
        String manual,
        Grammar grammar,
        Input stdin,
        @Nullable Language language,
        List<Effect> effects,
        List<Option> options,
        Operands operands) {
    ExecutableProfile {
        effects = effects == null ? List.of() : List.copyOf(effects);
        options = List.copyOf(options);
        operands = operands == null ? Operands.NONE : operands;
        Map<String, Option> byName = new HashMap<>();
        for (Option option : options) {
            for (String name : option.names()) {
                if (byName.put(name, option) != null) {
                    throw new IllegalArgumentException("The profile of " + program + " names " + name + " twice.");
                }
            }
        }
    }

    /**
     * The option of this name, in its full form.
     *
     * @throws UnknownArgumentException the profile names none
     */
    Option option(String name) throws UnknownArgumentException {
        for (Option option : options) {
            if (option.names().contains(name)) {
                return option;
            }
        }
        throw new UnknownArgumentException(
                "the profile of `" + program + "` does not know " + UnknownArgumentException.quoted(name));
    }

    /**
     * The first argument that is, or that getopt_long(3) could take for, an option that is refused; null where none is.
     * Its place does not matter: an option is found wherever the program finds it.
     */
    @Nullable
    String refusedAmong(List<String> arguments) {
        List<String> names = options.stream()
                .filter(Option::refused)
                .flatMap(option -> option.names().stream())
                .toList();
        return arguments.stream()
                .filter(argument -> names.stream().anyMatch(name -> isBeginning(argument, name)))
                .findFirst()
                .orElse(null);
    }

    /** The shortest beginning of a long option that the GNU programs could take for it is two dashes and a letter. */
    private static boolean isBeginning(String argument, String name) {
        int equals = argument.indexOf('=');
        String given = equals < 0 ? argument : argument.substring(0, equals);
        return given.length() > 2 && name.startsWith(given);
    }
}
