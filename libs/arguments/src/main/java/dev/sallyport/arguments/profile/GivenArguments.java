package dev.sallyport.arguments.profile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of one call, told apart as the program does. */
final class GivenArguments {
    /** An option with its values: none of an optional value that was left out. */
    record GivenOption(Option option, List<String> values) {}

    private final List<GivenOption> options = new ArrayList<>();
    private final List<String> operands = new ArrayList<>();

    /** The options in the order in which they were given. */
    List<GivenOption> options() {
        return options;
    }

    /** All that belongs to no option, in its order. */
    List<String> operands() {
        return operands;
    }

    /**
     * Reads the arguments as the profile's program does.
     *
     * @throws UnknownArgumentException for the first one that the profile does not know; what stands before it was read
     */
    void read(ExecutableProfile profile, List<String> arguments) throws UnknownArgumentException {
        switch (profile.grammar()) {
            case TEXT -> operands.addAll(arguments);
            case FIND -> new FindReader(profile, this).read(arguments);
            case GNU, POSIX, SEQ, TAR, SEPARATE -> new OptionReader(profile, this).read(arguments);
        }
    }

    /** Notes an option that is given the values. */
    void add(Option option, List<String> values) {
        options.add(new GivenOption(option, List.copyOf(values)));
    }

    /**
     * Notes an option whose values are the next arguments.
     *
     * @param attached its first value where that is within the option's argument
     * @throws UnknownArgumentException when there are too few
     */
    void take(Option option, @Nullable String attached, ArgumentQueue left) throws UnknownArgumentException {
        List<String> values = new ArrayList<>();
        if (attached != null) {
            values.add(attached);
        }
        while (values.size() < option.values().size()) {
            if (left.isEmpty()) {
                throw new UnknownArgumentException("`" + option.name() + "` lacks a value");
            }
            values.add(left.next());
        }
        add(option, values);
    }
}
