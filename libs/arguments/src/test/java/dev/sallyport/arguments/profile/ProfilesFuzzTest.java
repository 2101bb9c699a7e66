package dev.sallyport.arguments.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.util.List;
import java.util.stream.Collectors;

/** Hostile arguments: whatever they are, they are read, and what is not sure is never unattended. */
class ProfilesFuzzTest {
    private final ExecutableProfiles profiles = ExecutableProfiles.shipped();

    @FuzzTest
    void whateverTheArgumentsTheyAreRead() {
        String programs =
                profiles.all().stream().map(ExecutableProfile::program).collect(Collectors.joining("\n"));
        Fuzz.target("argument-profiles")
                .samples("sort\n-t/\n-k2\nfile", "find\n.\n(\n-name\nx\n)", "tar\ntf\na.tar", "sed\n-e\ns/a/b/\n--\nx")
                .words(programs.split("\n", -1))
                .words("\n--", "\n-", "=", "/etc/passwd", "../", "\n-o", "\n-exec", "\n--output=x")
                .run(input -> {
                    List<String> all = List.of(new String(input, UTF_8).split("\n", -1));
                    ArgumentReading reading = profiles.read(all.getFirst(), all.subList(1, all.size()));
                    if (reading.outcome() == Outcome.UNATTENDED) {
                        assertThat(reading.effects()).isSubsetOf(Effect.READS);
                        assertThat(reading.paths()).noneMatch(PathArgument::leadsOut);
                    } else {
                        assertThat(reading.reason()).endsWith(".");
                    }
                });
    }

    /** An argument more never takes an effect away, and never makes a call unattended that was refused. */
    @FuzzTest
    void whatIsAppendedMakesNoRefusedCallUnattended() {
        Fuzz.target("argument-profiles-appended")
                .samples("sort\n-o\nx", "cat\n/etc/passwd", "sort\n--compress-prog=sh", "uniq\n-\nf")
                .words("\n--", "\n-", "\n-e", "\np", "\n-u", "\n--help", "\nx")
                .run(input -> {
                    List<String> all = List.of(new String(input, UTF_8).split("\n", -1));
                    if (all.getFirst().equals("sort")
                            && all.size() > 2
                            && all.get(1).equals("-o")) {
                        assertThat(profiles.read("sort", all.subList(1, all.size()))
                                        .outcome())
                                .isNotEqualTo(Outcome.UNATTENDED);
                    }
                    if (all.getFirst().equals("cat") && all.get(all.size() - 1).equals("/etc/passwd")) {
                        assertThat(profiles.read("cat", all.subList(1, all.size()))
                                        .outcome())
                                .isEqualTo(Outcome.DENIED);
                    }
                });
    }
}
