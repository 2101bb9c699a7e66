package dev.sallyport.skilltest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The cases of every example in {@code skills/}, as a skill's own tests would run them. */
class ExampleSkillsTest {
    private static final Path SKILLS = Path.of("../../skills");

    private static List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(SKILLS)) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicContainer> everyCaseHolds() throws Exception {
        return folders().stream().map(folder -> {
            try {
                SkillTrial trial = SkillTrial.of(folder);
                return DynamicContainer.dynamicContainer(
                        folder.getFileName().toString(),
                        trial.cases().stream()
                                .map(one -> DynamicTest.dynamicTest(
                                        one.toString(), () -> trial.run(one).verify())));
            } catch (Exception e) {
                throw new IllegalStateException(folder + " is no skill", e);
            }
        });
    }

    @Test
    void everyExampleHasASourceAndCases() throws IOException {
        assertThat(folders()).hasSizeGreaterThan(1).allSatisfy(folder -> {
            assertThat(folder.resolve(SkillTrial.CASES)).isNotEmptyFile();
            assertThat(folder.resolve("README.md")).isNotEmptyFile();
        });
    }
}
