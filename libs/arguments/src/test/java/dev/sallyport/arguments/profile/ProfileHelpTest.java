package dev.sallyport.arguments.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The installed program says which options it has; the profile names every one of them. */
class ProfileHelpTest {
    /** The column of options: from the dash at the beginning of a line to two spaces, or one before a bracket. */
    private static final Pattern COLUMN = Pattern.compile("^\\s{0,10}(-.*?)(?:\\s{2,}|$)", Pattern.MULTILINE);

    private static final Pattern NAME = Pattern.compile("(?<![\\w=\\[<-])--?[A-Za-z0-9?][\\w-]*");

    /** Words of help texts that are no names of options: placeholders, a range of fields, a default with its value. */
    private static final Map<String, Set<String>> NO_OPTIONS = Map.of(
            "cut", Set.of("-M"), "find", Set.of("-N", "-Olevel"), "grep", Set.of("-NUM"), "tar", Set.of("-b20", "-f-"));

    /** A name, and how a value follows it: required, optional, or none. */
    private static final Pattern VALUE = Pattern.compile("(?<![\\w=\\[<-])(--[A-Za-z][\\w-]*)(\\[=|=|)");

    /** Options whose help text says less than the program takes, or that take a value in newer versions only. */
    private static final Set<String> SAID_OTHERWISE =
            Set.of("cp --update", "diff --label", "du --time", "mv --update", "sort --check");

    @ParameterizedTest
    @MethodSource("profiles")
    void everyOptionOfTheInstalledProgramIsNamed(ExecutableProfile profile) throws Exception {
        Set<String> named = profile.options().stream()
                .flatMap(each -> each.names().stream())
                .collect(Collectors.toSet());

        Set<String> unnamed = namesIn(profile.program(), help(profile.program()));
        assertThat(unnamed).as("the test reads the help text").containsAnyOf("--help", "--rawfile");
        unnamed.removeAll(named);

        assertThat(unnamed).isEmpty();
    }

    /** Whoever takes a value for an operand, or an operand for a value, reads another call than the program. */
    @ParameterizedTest
    @MethodSource("withColumns")
    void everyLongOptionTakesAValueAsTheInstalledProgramSays(ExecutableProfile profile) throws Exception {
        Matcher said = VALUE.matcher(columns(help(profile.program())));
        int compared = 0;
        while (said.find()) {
            String name = said.group(1);
            if (!SAID_OTHERWISE.contains(profile.program() + " " + name)) {
                Option option = profile.option(name);
                compared++;
                assertThat(option.values().isEmpty() ? "" : option.optional() ? "[=" : "=")
                        .as(name)
                        .isEqualTo(said.group(2));
            }
        }
        assertThat(compared).isPositive();
    }

    @Test
    void theTestSeesTheOptionsThatMatter() throws Exception {
        assertThat(namesIn("sort", help("sort")))
                .contains("-o", "--output", "--compress-program", "-t", "--files0-from");
        assertThat(namesIn("find", help("find"))).contains("-exec", "-fprintf", "-delete", "-H");
        assertThat(namesIn("git", help("git"))).contains("-c", "--config-env", "--exec-path");
        assertThat(namesIn("tar", help("tar"))).contains("--checkpoint-action", "-I", "--to-command");
        assertThat(namesIn("jq", help("jq"))).contains("--rawfile", "-R");
    }

    private static String help(String program) throws Exception {
        return Programs.run(program, List.of("--help")).text();
    }

    private static Set<String> namesIn(String program, String help) {
        String where = switch (program) {
            // These two write options as running text; after its own, git names its subcommands.
            case "find" -> help;
            case "git" -> help.substring(0, help.indexOf("<command>"));
            default -> columns(help);
        };
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(where.replace('|', ' ').replace('[', ' ').replace(']', ' '));
        while (matcher.find()) {
            names.add(matcher.group());
        }
        names.removeAll(NO_OPTIONS.getOrDefault(program, Set.of()));
        return names;
    }

    private static String columns(String help) {
        return COLUMN.matcher(help).results().map(each -> each.group(1)).collect(Collectors.joining("\n"));
    }

    /** The help texts of the others have another form. */
    static Stream<ExecutableProfile> withColumns() {
        return profiles().stream()
                .filter(profile -> !Set.of("find", "git", "jq").contains(profile.program()));
    }

    static Collection<ExecutableProfile> profiles() {
        return ExecutableProfiles.shipped().all();
    }
}
