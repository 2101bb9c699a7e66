package dev.sallyport.arguments.profile;

import java.util.List;

/**
 * What the profile of a program says, for people.
 *
 * @param program logical name
 * @param manual the manual page, and the version of the program that the profile was checked against
 * @param always what every call does, whatever it is given
 * @param plain options with which a call does nothing more; it may read what they name
 * @param more options with which a call does more, each with what that is
 * @param refused options that are refused, whoever asks
 */
public record ProfileOutline(
        String program,
        String manual,
        List<String> always,
        List<String> plain,
        List<String> more,
        List<String> refused) {
    /** Copies the lists. */
    public ProfileOutline {
        always = List.copyOf(always);
        plain = List.copyOf(plain);
        more = List.copyOf(more);
        refused = List.copyOf(refused);
    }

    static ProfileOutline of(ExecutableProfile profile) {
        return new ProfileOutline(
                profile.program(),
                profile.manual(),
                profile.effects().stream().map(Effect::words).toList(),
                profile.options().stream()
                        .filter(option -> !option.refused() && onlyReads(option))
                        .map(ProfileOutline::names)
                        .toList(),
                profile.options().stream()
                        .filter(option -> !option.refused() && !onlyReads(option))
                        .map(option -> names(option) + ": " + effect(option))
                        .toList(),
                profile.options().stream()
                        .filter(Option::refused)
                        .map(ProfileOutline::names)
                        .toList());
    }

    private static boolean onlyReads(Option option) {
        return option.effect() == null || option.effect() == Effect.READS;
    }

    private static String effect(Option option) {
        Effect effect = option.effect();
        return effect == null ? "" : effect.words();
    }

    private static String names(Option option) {
        return String.join("/", option.names());
    }
}
