package dev.sallyport.arguments.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Arguments at random, read by us and by getopt(1), which is the getopt_long(3) of the machine: what we know, we read as
 * it does. It may know more (abbreviations); we never know something else.
 */
class GetoptTest {
    private static final int ROUNDS = 12;
    private static final long SEED = 20261121;

    @ParameterizedTest
    @MethodSource("profiles")
    void whatIsKnownIsReadAsTheCLibraryReadsIt(ExecutableProfile profile) throws Exception {
        Random random = new Random(SEED + profile.program().hashCode());
        int known = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> arguments = arguments(profile, random);
            GivenArguments given = new GivenArguments();
            try {
                given.read(profile, arguments);
            } catch (UnknownArgumentException _) {
                continue;
            }
            known++;
            Programs.Said said = Programs.run("getopt", command(profile, arguments));
            assertThat(said.status()).as("%s: %s", arguments, said.text()).isZero();
            assertThat(byFirstNames(profile, said.text()))
                    .as(arguments.toString())
                    .isEqualTo(written(given));
        }
        assertThat(known).as("arguments that were compared").isGreaterThan(ROUNDS / 6);
    }

    /** Full, attached, clustered and abbreviated options, values that look like options, operands, and dashes. */
    private static List<String> arguments(ExecutableProfile profile, Random random) {
        List<String> all = new ArrayList<>();
        int count = random.nextInt(6);
        for (int each = 0; each < count; each++) {
            Option option =
                    profile.options().get(random.nextInt(profile.options().size()));
            String name = option.names().get(random.nextInt(option.names().size()));
            String value = List.of("v", "-v", "--", "a=b", "-", "5").get(random.nextInt(6));
            switch (random.nextInt(12)) {
                case 0 -> all.add("--");
                case 1 -> all.add("-");
                case 2 -> all.add(name.length() > 4 ? name.substring(0, name.length() - 1) : name);
                case 3, 4 -> all.add("operand");
                case 5 -> all.add(name.startsWith("--") ? name + "=" + value : name + value);
                case 6 -> {
                    // Two letters in one argument.
                    String other = profile.options()
                            .get(random.nextInt(profile.options().size()))
                            .names()
                            .getFirst();
                    all.add(name.startsWith("--") || other.startsWith("--") ? name : name + other.substring(1));
                }
                default -> {
                    all.add(name);
                    if (!option.values().isEmpty() && !option.optional()) {
                        all.add(value);
                    }
                }
            }
        }
        return all;
    }

    /** {@code +} at the beginning of the letters stands for: operands end the options. */
    private static List<String> command(ExecutableProfile profile, List<String> arguments) {
        StringBuilder letters = new StringBuilder(profile.grammar() == Grammar.POSIX ? "+" : "");
        List<String> words = new ArrayList<>();
        for (Option option : profile.options()) {
            String colons = option.values().isEmpty() ? "" : option.optional() ? "::" : ":";
            for (String name : option.names()) {
                if (name.startsWith("--")) {
                    words.add(name.substring(2) + colons);
                } else {
                    letters.append(name.charAt(1)).append(colons);
                }
            }
        }
        List<String> command = new ArrayList<>(
                List.of("-o", letters.toString(), "-l", String.join(",", words), "-n", profile.program(), "--"));
        command.addAll(arguments);
        return command;
    }

    /** As getopt writes them, each option by the first of its names; an optional value that is left out is empty. */
    private static String written(GivenArguments given) {
        Stream<String> options = given.options().stream()
                .flatMap(each -> Stream.concat(
                        Stream.of(each.option().names().getFirst()),
                        each.option().optional() && each.values().isEmpty()
                                ? Stream.of("''")
                                : each.values().stream().map(GetoptTest::quoted)));
        return Stream.of(options, Stream.of("--"), given.operands().stream().map(GetoptTest::quoted))
                .flatMap(each -> each)
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String value) {
        return "'" + value + "'";
    }

    private static String byFirstNames(ExecutableProfile profile, String said) throws Exception {
        List<String> words = new ArrayList<>();
        boolean options = true;
        for (String word : said.strip().split(" ", -1)) {
            options &= !word.equals("--");
            words.add(
                    options && word.startsWith("-")
                            ? profile.option(word).names().getFirst()
                            : word);
        }
        return String.join(" ", words);
    }

    static Stream<ExecutableProfile> profiles() {
        return ExecutableProfiles.shipped().all().stream()
                .filter(profile -> profile.grammar() == Grammar.GNU || profile.grammar() == Grammar.POSIX);
    }
}
