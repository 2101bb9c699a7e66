package dev.sallyport.policy.policyset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cedarpolicy.model.policy.Policy;
import dev.sallyport.policy.engine.RehearsalEngine;
import dev.sallyport.policy.policyset.TrialCompile.Limits;
import java.io.DataInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sets are tried in a process of their own: what ends that process does not end this one. */
class TrialCompileTest {
    private static final SetDocument FINE = document("""
            @id("team.fine") @tier("hard") @reason("A rule.")
            forbid (principal, action == Action::"tool.execute", resource == Tool::"echo");
            """);

    /** What the guards refuse, as if one of them had missed it. */
    public static final class Unguarded {
        private Unguarded() {}

        /** Answers as the process for trials does, but has no guard, a default stack, and no fear of errors. */
        public static void main(String[] args) throws Exception {
            try (DataInputStream sets = new DataInputStream(System.in)) {
                System.out.write(TrialMain.READY);
                System.out.flush();
                String set = new String(sets.readNBytes(sets.readInt()), StandardCharsets.UTF_8);
                if (set.contains("deep")) {
                    Policy.parseStaticPolicy("permit(principal, action, resource) when {" + "(".repeat(5_000) + "true"
                            + ")".repeat(5_000) + "};");
                }
                if (set.contains("hungry")) {
                    try {
                        System.err.println(new byte[64 << 20].length);
                    } catch (OutOfMemoryError _) {
                        System.err.println("somebody goes on without the memory");
                    }
                }
                System.out.write(TrialMain.DONE);
                System.out.flush();
            }
        }
    }

    @Test
    void aSetThatEndsTheNativeParserEndsAnotherProcess() {
        try (TrialCompile trial = new TrialCompile(List.of(Unguarded.class.getName()), Limits.SHIPPED)) {
            trial.run(FINE);
            assertThatThrownBy(() -> trial.run(document("// deep")))
                    .isInstanceOfSatisfying(
                            TrialFailedException.class,
                            e -> assertThat(e.wasTried()).isTrue())
                    .hasMessageContaining("ended that process");
            trial.run(FINE);
        }
    }

    @Test
    void aSetThatNeedsMoreMemoryThanThereIsEndsAnotherProcess() {
        SetDocument hungry = document("// hungry");
        Limits narrow = new Limits(32, Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (TrialCompile trial = new TrialCompile(List.of(Unguarded.class.getName()), narrow)) {
            assertThatThrownBy(() -> trial.run(hungry))
                    .isInstanceOfSatisfying(
                            TrialFailedException.class,
                            e -> assertThat(e.wasTried()).isTrue())
                    .hasMessageContaining("ended that process");
            trial.run(FINE);
        }
        try (TrialCompile trial = new TrialCompile(List.of(Unguarded.class.getName()), Limits.SHIPPED)) {
            trial.run(hungry);
        }
    }

    @Test
    void aSetThatTakesTooMuchTimeIsRefusedAndTheNextOneIsChecked() {
        SetDocument large = document(IntStream.range(0, 3_000)
                .mapToObj(i -> """
                        @id("team.r%1$d") @tier("hard") @reason("%2$s")
                        forbid (principal, action == Action::"tool.execute", resource == Tool::"t%1$d");
                        """.formatted(i, "A rule. ".repeat(25)))
                .collect(Collectors.joining("\n")));
        Limits hasty = new Limits(192, Duration.ofSeconds(60), Duration.ofMillis(1));
        try (RehearsalEngine rehearsals = new RehearsalEngine();
                PolicySetCheck check = new PolicySetCheck(rehearsals, new TrialCompile(hasty))) {
            assertThatThrownBy(() -> check.check(large))
                    .isInstanceOf(TrialFailedException.class)
                    .hasMessageContaining("took longer");
        }
        try (RehearsalEngine rehearsals = new RehearsalEngine();
                TrialCompile trial = new TrialCompile(Limits.SHIPPED);
                PolicySetCheck check = new PolicySetCheck(rehearsals, trial)) {
            assertThat(check.check(large).findings())
                    .as("control: the shipped limits suffice")
                    .allMatch(finding -> !finding.isError());
            long first = trial.pid().getFirst();
            ProcessHandle.of(first).orElseThrow().destroyForcibly();
            assertThat(check.check(FINE).snapshot())
                    .as("a process that is gone is started again")
                    .isNotNull();
            assertThat(trial.pid()).isNotEmpty().doesNotContain(first);
        }
    }

    @Test
    void whereNoProcessStartsNothingIsChecked() {
        try (TrialCompile trial = new TrialCompile(List.of("dev.sallyport.NoSuchProgram"), Limits.SHIPPED)) {
            assertThatThrownBy(() -> trial.run(FINE))
                    .isInstanceOfSatisfying(
                            TrialFailedException.class,
                            e -> assertThat(e.wasTried()).isFalse());
        }
    }

    private static SetDocument document(String policies) {
        return new SetDocument(new TreeMap<>(Map.of("hard/team.cedar", policies)));
    }
}
