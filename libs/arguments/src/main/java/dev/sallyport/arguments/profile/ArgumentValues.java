package dev.sallyport.arguments.profile;

import dev.sallyport.arguments.PathArgument;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What follows from the arguments of one call: paths and effects. */
final class ArgumentValues {
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9.,]+[A-Za-z]{0,3}");

    private static final String STANDARD_INPUT = "-";

    private final ExecutableProfile profile;
    private final List<PathArgument> paths = new ArrayList<>();
    private final EnumSet<Effect> effects = EnumSet.noneOf(Effect.class);
    private final List<String> code = new ArrayList<>();
    private String remark = "";

    ArgumentValues(ExecutableProfile profile) {
        this.profile = profile;
        effects.addAll(profile.effects());
        if (profile.stdin().steers()) {
            effects.add(Effect.UNSEEN);
        }
    }

    List<PathArgument> paths() {
        return paths;
    }

    Set<Effect> effects() {
        return effects;
    }

    /** Why not everything is known although all paths are: because of code. Empty where everything is. */
    String remark() {
        return remark;
    }

    /**
     * Takes the arguments in.
     *
     * @throws UnknownArgumentException a value is none that the profile knows
     */
    void read(GivenArguments given) throws UnknownArgumentException {
        noteEffects(given);
        for (GivenArguments.GivenOption each : given.options()) {
            Option option = each.option();
            for (int at = 0; at < each.values().size(); at++) {
                value(option.values().get(at), option.matches(), each.values().get(at));
            }
        }
        Operands operands = profile.operands()
                .without(given.options().stream()
                        .flatMap(each -> Stream.ofNullable(each.option().replaces()))
                        .toList());
        int count = given.operands().size();
        for (int at = 0; at < count; at++) {
            String text = given.operands().get(at);
            Operands.Operand operand = operands.at(at, count);
            if (operand == null) {
                throw new UnknownArgumentException(
                        "`" + profile.program() + "` does not take " + UnknownArgumentException.quoted(text));
            }
            value(operand.kind(), operand.matches(), text);
        }
        code();
    }

    /** What the options do, whatever their values. */
    void noteEffects(GivenArguments given) {
        given.options().stream()
                .flatMap(each -> Stream.ofNullable(each.option().effect()))
                .forEach(effects::add);
    }

    private void value(Kind kind, @Nullable Pattern matches, String text) throws UnknownArgumentException {
        if (matches != null && !matches.matcher(text).matches()) {
            throw unknown(text);
        }
        switch (kind) {
            case TEXT, PATTERN -> {}
            case NUMBER -> {
                if (!NUMBER.matcher(text).matches()) {
                    throw unknown(text);
                }
            }
            case READ -> {
                effects.add(Effect.READS);
                if (!text.equals(STANDARD_INPUT)) {
                    paths.add(PathArgument.of(text));
                }
            }
            case WRITE -> {
                effects.add(Effect.WRITES);
                paths.add(PathArgument.of(text));
            }
            case LIST -> {
                effects.add(Effect.UNSEEN);
                paths.add(PathArgument.of(text));
            }
            case CODE -> code.add(text);
            case HOST -> effects.add(Effect.NETWORK);
        }
    }

    /** Pieces of code are one program, as if they were lines of it. In code of a language that is read, no path is seen. */
    private void code() throws UnknownArgumentException {
        if (code.isEmpty()) {
            return;
        }
        Language language = profile.language();
        if (language == null) {
            effects.add(Effect.STARTS);
            throw unknown(code.getFirst());
        }
        if (!language.isHarmless(String.join("\n", code))) {
            remark = "the code for `" + profile.program() + "` may do more than read";
        }
    }

    private UnknownArgumentException unknown(String text) {
        return new UnknownArgumentException(
                "the profile of `" + profile.program() + "` does not know " + UnknownArgumentException.quoted(text));
    }
}
