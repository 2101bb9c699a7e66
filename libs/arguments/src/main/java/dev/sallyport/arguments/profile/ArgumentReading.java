package dev.sallyport.arguments.profile;

import dev.sallyport.arguments.PathArgument;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the arguments of a call say.
 *
 * @param paths the paths among them. Where the program's profile knows every argument (and where it knows all but
 *     whether code is harmless), exactly those that the program takes as paths; else whatever could be one
 * @param effects what the call does; complete only where {@code known}
 * @param known whether the program has a profile that knows every argument
 * @param refused whether an option among them is refused, whoever asks for it
 * @param remark why it is refused or not known, without a capital and a full stop; empty where neither is so
 */
public record ArgumentReading(
        List<PathArgument> paths, Set<Effect> effects, boolean known, boolean refused, String remark) {
    /** Copies list and set. */
    public ArgumentReading {
        paths = List.copyOf(paths);
        effects = Set.copyOf(effects);
    }

    /** Of a program without a profile. */
    static ArgumentReading withoutProfile(String program, List<String> arguments) {
        return unknown(arguments, Set.of(), UnknownArgumentException.quoted(program) + " has no profile");
    }

    /** By this profile. */
    static ArgumentReading of(ExecutableProfile profile, List<String> arguments) {
        String refused = profile.refusedAmong(arguments);
        if (refused != null) {
            return new ArgumentReading(
                    anyPaths(arguments),
                    Set.of(),
                    false,
                    true,
                    UnknownArgumentException.quoted(refused) + " makes `" + profile.program()
                            + "` do what its arguments do not show");
        }
        GivenArguments given = new GivenArguments();
        ArgumentValues values = new ArgumentValues(profile);
        try {
            given.read(profile, arguments);
            values.read(given);
            String remark = values.remark();
            return new ArgumentReading(values.paths(), values.effects(), remark.isEmpty(), false, remark);
        } catch (UnknownArgumentException e) {
            values.noteEffects(given);
            return unknown(arguments, values.effects(), String.valueOf(e.getMessage()));
        }
    }

    private static ArgumentReading unknown(List<String> arguments, Set<Effect> effects, String why) {
        return new ArgumentReading(anyPaths(arguments), effects, false, false, why);
    }

    private static List<PathArgument> anyPaths(List<String> arguments) {
        return arguments.stream()
                .flatMap(argument -> PathArgument.in(argument).stream())
                .toList();
    }

    /** Whether the call may run without a human where the workspace lets its program do so. */
    public boolean onlyReads() {
        return known && EnumSet.of(Effect.READS).containsAll(effects);
    }

    /** What comes of the call. */
    public Outcome outcome() {
        if (refused || paths.stream().anyMatch(PathArgument::leadsOut)) {
            return Outcome.DENIED;
        }
        return onlyReads() ? Outcome.UNATTENDED : Outcome.ASKED;
    }

    /** Why a human is asked, or why the call is refused, as one sentence; empty where neither is so. */
    public String reason() {
        List<String> reasons = new ArrayList<>();
        paths.stream()
                .filter(PathArgument::leadsOut)
                .findFirst()
                .ifPresent(path ->
                        reasons.add(UnknownArgumentException.quoted(path.text()) + " leads out of the workspace"));
        if (!remark.isEmpty()) {
            reasons.add(remark);
        }
        effects.stream()
                .filter(effect -> effect != Effect.READS)
                .sorted()
                .forEach(effect -> reasons.add("the call " + effect.words()));
        String sentence = String.join("; ", reasons);
        return sentence.isEmpty() ? "" : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1) + ".";
    }
}
