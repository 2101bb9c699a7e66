package dev.sallyport.policy.policyset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cedarpolicy.model.policy.Policy;
import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.ForkedJava;
import dev.sallyport.policy.engine.PolicySnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySetCompilerTest {
    private static final CedarThreads THREADS = new CedarThreads(1, Duration.ofSeconds(30));
    private final PolicySetCompiler compiler = new PolicySetCompiler(THREADS);

    @AfterAll
    static void stop() {
        THREADS.close();
    }

    /** Parses natively what no guard has seen; run in a process of its own, because it dies of it. */
    static final class UnguardedParser {
        private UnguardedParser() {}

        public static void main(String[] args) throws Exception {
            int levels = Integer.parseInt(args[0]);
            Policy.parseStaticPolicy(nested(levels));
        }
    }

    @Test
    void nestingThatKillsTheNativeParserIsRefusedBeforeIt(@TempDir Path folder) throws Exception {
        assertThat(unguarded(32, folder))
                .as("the process parses what the guard lets through")
                .isZero();
        assertThat(unguarded(400, folder)).as("and dies of deeper nesting").isNotZero();

        compiler.compile(with("hard/x.cedar", nested(31)));
        assertThatThrownBy(() -> compiler.compile(with("hard/x.cedar", nested(400))))
                .isInstanceOf(InvalidPolicySetException.class)
                .hasMessageContaining("hard/x.cedar:2:")
                .hasMessageContaining("nested deeper than 32 levels");
    }

    private static int unguarded(int levels, Path folder) throws Exception {
        return ForkedJava.run(folder, UnguardedParser.class, Integer.toString(levels))
                .exit();
    }

    private static String nested(int levels) {
        return """
                @id("test.nested") @tier("hard") @reason("Deep.")
                permit (principal, action == Action::"tool.execute", resource) when { %s true %s };
                """.formatted("(".repeat(levels - 1), ")".repeat(levels - 1));
    }

    @Test
    void bracketsInStringsAndCommentsDoNotCount() {
        String text = """
                // ((((((((((((((((((((((((((((((((((((((((((((((((
                @id("test.text") @tier("hard") @reason("((((((((((((((((((((((((((((((((((((((((((((((\\"((((")
                permit (principal, action == Action::"tool.execute", resource);
                """;
        assertThat(compiler.compile(with("hard/x.cedar", text)).rule("test.text"))
                .isPresent();
    }

    @Test
    void runsOfUnaryOperatorsAreRefused() {
        compiler.compile(with("hard/x.cedar", conditioned("!!true")));
        refused("hard/x.cedar", conditioned("!!!!!!!!true"), "operators in a row");
        refused("hard/x.cedar", conditioned("- - - - - - 1 == 1"), "operators in a row");
    }

    @Test
    void chainsOfConditionalsAreRefused() {
        compiler.compile(
                with("hard/x.cedar", conditioned("if context.is_sensitive_action then true else ".repeat(5) + "true")));
        refused(
                "hard/x.cedar",
                conditioned("if context.is_sensitive_action then true else ".repeat(400) + "true"),
                "conditionals");
    }

    @Test
    void longChainsOfOperatorsAreRefused() {
        String more = " || context.is_sensitive_action";
        compiler.compile(with("hard/x.cedar", conditioned("context.is_sensitive_action" + more.repeat(100))));
        refused(
                "hard/x.cedar",
                conditioned("context.is_sensitive_action" + more.repeat(400)),
                "operators in one expression");
        refused("hard/x.cedar", conditioned("context.is_sensitive_action" + more.repeat(1_100)), "of the operators");
    }

    @Test
    void oversizedPoliciesAndSetsAreRefused() {
        refused("hard/x.cedar", conditioned("\"" + "x".repeat(70_000) + "\" == \"y\""), "larger than 65536 bytes");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            many.append(conditioned("\"" + "x".repeat(60_000) + "\" == \"y\"").replace("test.x", "test.x" + i));
        }
        refused("hard/x.cedar", many.toString(), "larger than 5242880 bytes");
    }

    @Test
    void policiesAreNamedCountedAndPlaced() {
        PolicySnapshot snapshot = compiler.compile(PolicyFiles.baseline());

        assertThat(snapshot.rule("baseline.principal-not-allowed")).hasValueSatisfying(rule -> {
            assertThat(rule.file()).isEqualTo("hard/tool-execute.cedar");
            assertThat(rule.source())
                    .startsWith("@id(\"baseline.principal-not-allowed\")")
                    .endsWith(";");
            assertThat(rule.line()).isGreaterThan(20);
        });
        assertThat(snapshot.version())
                .isEqualTo(compiler.compile(PolicyFiles.baseline()).version());
        assertThat(snapshot.version())
                .isNotEqualTo(compiler.compile(with("hard/x.cedar", conditioned("true")))
                        .version());
    }

    @Test
    void whatAPolicyMustSayIsChecked() {
        String good = conditioned("true");
        compiler.compile(with("hard/x.cedar", good));
        refused("hard/x.cedar", good.replace("@id(\"test.x\")", ""), "needs an @id");
        refused("hard/x.cedar", good.replace("test.x", "Test X"), "needs an @id");
        refused("hard/x.cedar", good + good, "Two policies are called test.x");
        refused("hard/x.cedar", good.replace("test.x", "baseline.owner"), "Two policies are called baseline.owner");
        refused("approval/x.cedar", good, "must say @tier(\"approval\")");
        refused("approval/x.cedar", good.replace("hard", "approval"), "forbids only");
        refused("elsewhere/x.cedar", good, "hard/ or approval/");
        refused("x.cedar", good, "hard/ or approval/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@quorum(\"0\")",
                "@quorum(\"many\")",
                "@severity(\"HIGH\")",
                "@severity(\"extreme\")",
                "@approval_timeout_s(\"1\")",
                "@approval_timeout_s(\"-30\")",
                "@sandbox_tier(\"D\")",
                "@egress(\"maybe\")",
                "@approvers(\"agent\")",
                "@code(\"ALLOWED\")",
                "@code(\"SOMETHING\")",
                "@obligation(\"x\")"
            })
    void obligationsOutsideTheVocabularyAreRefused(String annotation) {
        assertThatThrownBy(() -> compiler.compile(with("hard/x.cedar", annotation + conditioned("true"))))
                .isInstanceOf(InvalidPolicySetException.class)
                .hasMessageContaining(annotation.substring(0, annotation.indexOf('(')));
    }

    @Test
    void aPolicyThatDoesNotFitTheSchemaIsRefused() {
        refused("hard/x.cedar", conditioned("context.is_sensitiv"), "test.x");
        refused("hard/x.cedar", conditioned("context.role == 7 && context.role > 3"), "test.x");
        refused("hard/x.cedar", "permit (principal, action", "hard/x.cedar");
    }

    @Test
    void everyErrorSaysFileLineAndColumn() {
        Compiled compiled = compiler.check(
                PolicyFiles.baseline().with(new PolicyFile("hard/a.cedar", """
                                // One that cannot be parsed, behind a letter of two bytes.
                                @id("test.ä") @tier("hard")
                                permit (principal, action, resource) when { "ö" == "ä" && context. };
                                """), new PolicyFile("hard/b.cedar", """
                                @id("test.b") @tier("hard")
                                permit (principal, action == Action::"tool.execute", resource)
                                when { context.is_sensitiv };  @id("test.c") @tier("approval") permit (principal, action, resource);
                                """)));

        assertThat(compiled.snapshot()).isNull();
        assertThat(compiled.findings())
                .extracting(Finding::place)
                .containsExactly("hard/a.cedar:3:68", "hard/b.cedar:3:8", "hard/b.cedar:3:32");
        assertThat(compiled.findings().get(1).message())
                .contains("test.b", "is_sensitiv", "did you mean")
                .doesNotContain("for policy");
    }

    @Test
    void whatCanNeverMatchIsAWarning() {
        Compiled compiled = compiler.check(with("hard/x.cedar", conditioned("context.role like \"x\" && false")));
        assertThat(compiled.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
            assertThat(finding.rule()).isEqualTo("test.x");
            assertThat(finding.message()).contains("impossible");
        });
        assertThat(compiled.snapshot()).isNotNull();
        assertThat(compiler.check(with("hard/x.cedar", conditioned("true"))).findings())
                .isEmpty();
    }

    private void refused(String path, String text, String message) {
        assertThatThrownBy(() -> compiler.compile(with(path, text)))
                .isInstanceOf(InvalidPolicySetException.class)
                .hasMessageContaining(message);
    }

    private static PolicyFiles with(String path, String text) {
        return PolicyFiles.baseline().with(new PolicyFile(path, text));
    }

    private static String conditioned(String condition) {
        return """
                @id("test.x") @tier("hard") @reason("A test.")
                permit (principal, action == Action::"tool.execute", resource) when { %s };
                """.formatted(condition);
    }

    /** Cedar's parser ends a comment at a carriage return; whoever guards it must not see a comment that goes on. */
    @Test
    void aCarriageReturnByItselfIsRefusedWhereverItStands() {
        String good = conditioned("true");
        for (String text :
                List.of("// \r((((\n" + good, good.replace("permit (", "permit\r("), good + "\r", "// x\r" + good)) {
            refused("hard/x.cedar", text, "carriage return stands alone");
        }
        assertThat(compiler.compile(with("hard/x.cedar", ("// x\n" + good).replace("\n", "\r\n")))
                        .rule("test.x"))
                .as("control: both together end a line")
                .isPresent();
    }

    @Test
    void theApprovalTierAsksAboutCallsAndNothingElse() {
        String head = "@id(\"test.q\") @tier(\"approval\") forbid (principal, %s, resource);";
        for (String action : List.of(
                "action",
                "action == Action::\"policy.manage\"",
                "action in [Action::\"tool.execute\", Action::\"config.manage\"]")) {
            refused("approval/q.cedar", head.formatted(action), "about calls");
        }
        assertThat(compiler.compile(with("approval/q.cedar", head.formatted("action == Action::\"tool.execute\"")))
                        .rule("test.q"))
                .as("control")
                .isPresent();
    }

    @Test
    void onlySoManyPoliciesAreOnlyWatched() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 33; i++) {
            many.append(
                    conditioned("true").replace("test.x", "test.x" + i).replace("@tier", "@log_only(\"true\") @tier"));
        }
        refused("hard/x.cedar", many.toString(), "at most 32");
    }

    @Test
    void longChainsOfSubtractionsAreRefused() {
        refused("hard/x.cedar", conditioned("1" + "-1".repeat(1_100) + " == 1"), "of the operators");
    }
}
