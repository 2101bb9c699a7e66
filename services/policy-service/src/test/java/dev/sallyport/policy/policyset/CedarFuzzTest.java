package dev.sallyport.policy.policyset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.ForkedJava;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyErrorException;
import dev.sallyport.policy.engine.Requests;
import dev.sallyport.policy.engine.ToolArguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile requests and policies before the native engine, in a process of their own, since what is feared is its death:
 * the guards let nothing through that kills it.
 */
class CedarFuzzTest {
    private static final String POLICY = """
            @id("test.fuzz")
            @tier("hard")
            @reason("Has a bit of everything.")
            forbid (principal, action == Action::"tool.execute", resource)
            when { context.args has count && (context.args.count * 2 + 1 > 7 || !(context.role like "a*")) }
            unless { ["x", "y"].contains(context.workspace) || (if context has skill_id then true else false) };
            """;

    @TempDir
    private Path folder;

    @FuzzTest
    void noRequestAndNoPolicyKillsTheProcess() throws Exception {
        String seconds = System.getProperty("fuzz.seconds", "");
        ForkedJava.Outcome outcome = ForkedJava.run(folder, Victim.class, seconds);
        outcome.lines().forEach(System.out::println);
        assertThat(outcome.lines()).as("exit status %d", outcome.exit()).contains("alive");
        assertThat(outcome.exit()).isZero();
    }

    /** Dies if the guards fail. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            if (!arguments[0].isEmpty()) {
                System.setProperty("fuzz.seconds", arguments[0]);
            }
            try (CedarThreads threads = new CedarThreads(1, Duration.ofSeconds(60))) {
                PolicySetCompiler compiler = new PolicySetCompiler(threads);
                PolicyEngine engine = new PolicyEngine(threads);
                engine.activate(compiler.compile(PolicyFiles.baseline()));
                requests(engine);
                policies(compiler);
                System.out.println("alive");
            } catch (Throwable t) { // The parent reads what was printed.
                System.out.println(t);
                System.exit(1);
            }
            System.exit(0);
        }

        private static void requests(PolicyEngine engine) {
            Fuzz.target("cedar-requests")
                    .samples("agent:demo\nagent\necho\n/w/a,b\na.example,b\n7", "person:x\nowner\nprocess.run\n\n\n-1")
                    .rounds(600)
                    .longest(100_000)
                    .refusing(PolicyErrorException.class)
                    .refusing(IllegalArgumentException.class)
                    .run(input -> {
                        String[] lines = new String(input, UTF_8).split("\n", -1);
                        Requests.Call call = Requests.call(line(lines, 2))
                                .principal(line(lines, 0).contains(":") ? line(lines, 0) : "agent:x", line(lines, 1))
                                .secrets(line(lines, 3))
                                .egress(line(lines, 4))
                                .args(new ToolArguments(
                                        line(lines, 2), Set.of(line(lines, 3)), Set.of(line(lines, 4)), count(lines)));
                        assertThat(call.on(engine).code()).isNotNull();
                    });
            assertThat(Requests.call("echo").on(engine).allowed()).isTrue();
        }

        private static void policies(PolicySetCompiler compiler) {
            PolicyFiles baseline = PolicyFiles.baseline();
            Fuzz.target("cedar-policies")
                    .samples(POLICY)
                    .words(
                            "when {",
                            "unless {",
                            "context.",
                            "has ",
                            "like \"",
                            "if ",
                            " then ",
                            " else ",
                            "!",
                            "-",
                            "&&",
                            "||",
                            "Action::\"tool.execute\"",
                            "@id(\"x\")",
                            "permit (principal, action, resource);",
                            "ip(\"1\")",
                            "in ")
                    .rounds(150)
                    .longest(70_000)
                    .refusing(InvalidPolicySetException.class)
                    .run(input -> assertThat(compiler.compile(
                                    baseline.with(new PolicyFile("hard/fuzz.cedar", new String(input, UTF_8)))))
                            .isNotNull());
        }

        private static String line(String[] lines, int at) {
            return at < lines.length ? lines[at] : "";
        }

        private static long count(String[] lines) {
            try {
                return Long.parseLong(line(lines, 5));
            } catch (NumberFormatException e) {
                return Long.MIN_VALUE;
            }
        }
    }
}
