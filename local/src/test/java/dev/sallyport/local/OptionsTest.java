package dev.sallyport.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.local.fleet.Training;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Path USER_HOME = Path.of("/home/somebody");

    @Test
    void theHomeIsTheOneNamedElseTheVariablesElseTheUsers() {
        assertThat(parse("--home", "/a").home()).isEqualTo(Path.of("/a"));
        assertThat(Options.parse(new String[0], "/b", USER_HOME, true).home()).isEqualTo(Path.of("/b"));
        assertThat(Options.parse(new String[0], null, USER_HOME, true).home()).isEqualTo(Path.of("/var/lib/sallyport"));
        assertThat(parse().home()).isEqualTo(Path.of("/home/somebody/.sallyport"));
    }

    @Test
    void flagsAreRecognised() {
        Options options = parse("--demo", "--reset");
        assertThat(options.demo()).isTrue();
        assertThat(options.reset()).isTrue();
        assertThat(parse().demo()).isFalse();
        assertThat(parse("--help").help()).isTrue();
        assertThat(Options.usage()).contains("--demo", "--reset", "--home", "--replicas", "--nodes", "--training");
        assertThat(parse().training()).isEqualTo(Training.START);
        assertThat(parse("--training", "none").training()).isEqualTo(Training.NONE);
        assertThat(parse("--training", "calls").training()).isEqualTo(Training.CALLS);
        assertThat(parse().record()).isNull();
    }

    @Test
    void replicasAndNodesAreOneOrTwoOrAsBefore() {
        assertThat(parse("--replicas", "2", "--nodes", "1").replicas()).isEqualTo(2);
        assertThat(parse("--replicas", "2", "--nodes", "1").nodes()).isEqualTo(1);
        assertThat(parse().replicas()).isNull();
        assertThat(parse().nodes()).isNull();
        assertThatThrownBy(() -> parse("--replicas", "3")).hasMessage("--replicas needs 1 or 2");
        assertThatThrownBy(() -> parse("--nodes")).hasMessage("--nodes needs 1 or 2");
    }

    @Test
    void whatIsUnknownIsRefused() {
        assertThatThrownBy(() -> parse("--demon"))
                .isInstanceOf(Options.UsageException.class)
                .hasMessage("Unknown option --demon");
        assertThatThrownBy(() -> parse("--training", "much")).hasMessage("--training needs none, start or calls");
        assertThatThrownBy(() -> parse("--home")).hasMessage("--home needs a folder");
    }

    private static Options parse(String... arguments) {
        return Options.parse(arguments, null, USER_HOME, false);
    }
}
