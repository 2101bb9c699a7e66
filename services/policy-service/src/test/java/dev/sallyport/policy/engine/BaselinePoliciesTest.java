package dev.sallyport.policy.engine;

import static dev.sallyport.policy.engine.Requests.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.engine.rule.PolicyEffect;
import dev.sallyport.policy.policyset.PolicyFiles;
import dev.sallyport.policy.policyset.PolicySetCompiler;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselinePoliciesTest {
    private static final CedarThreads THREADS = new CedarThreads(2, Duration.ofSeconds(30));
    private static final PolicyEngine ENGINE = new PolicyEngine(THREADS);
    private static final String WORKSPACE = "01J00000000000000000000000";

    @BeforeAll
    static void activate() {
        ENGINE.activate(new PolicySetCompiler(THREADS).compile(PolicyFiles.baseline()));
    }

    @AfterAll
    static void stop() {
        THREADS.close();
    }

    @Test
    void aListedToolOfAnAllowedPrincipalIsAllowed() {
        ToolDecision decision = call("echo").on(ENGINE);

        assertThat(decision.allowed()).isTrue();
        assertThat(decision.approvalRequired()).isFalse();
        assertThat(decision.policyEnforced()).isTrue();
        assertThat(decision.code()).isEqualTo(DecisionCode.ALLOWED);
        assertThat(ids(decision)).containsExactly("baseline.tool-execute");
    }

    @Test
    void aToolOutsideTheAllowlistIsDenied() {
        ToolDecision decision = call("echo").notAllowlisted().on(ENGINE);

        assertThat(decision.denied()).isTrue();
        assertThat(decision.code()).isEqualTo(DecisionCode.NOT_ALLOWLISTED);
        assertThat(ids(decision)).containsExactly("baseline.tool-not-allowlisted");
    }

    @Test
    void aPrincipalOutsideTheListIsDenied() {
        assertThat(call("echo").principalNotAllowed().on(ENGINE).code()).isEqualTo(DecisionCode.PRINCIPAL_NOT_ALLOWED);
    }

    @Test
    void aChannelOutsideTheListIsDenied() {
        assertThat(call("echo").channelNotAllowed().on(ENGINE).code()).isEqualTo(DecisionCode.CHANNEL_NOT_ALLOWED);
    }

    @Test
    void anAuditorMayNotRunTools() {
        ToolDecision decision = call("echo").principal("person:ada", "auditor").on(ENGINE);

        assertThat(decision.code()).isEqualTo(DecisionCode.DENIED_BY_DEFAULT);
        assertThat(call("echo").principal("person:ada", "operator").on(ENGINE).allowed())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"process_exec", "network", "secrets_read", "filesystem_write"})
    void everyCapabilityMakesAToolSensitive(String capability) {
        ToolDecision decision = call("custom.tool").capabilities(capability).on(ENGINE);

        assertThat(decision.approvalRequired()).isTrue();
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.code()).isEqualTo(DecisionCode.SENSITIVE_NEEDS_APPROVAL);
        assertThat(ids(decision)).containsExactly("baseline.sensitive-needs-approval");
        assertThat(decision.obligations().approvers()).isEqualTo(ApproverRole.OPERATOR);
        assertThat(decision.obligations().quorum()).isEqualTo(1);
        assertThat(decision.obligations().approvalTimeoutSeconds()).isEqualTo(300);
        assertThat(call("custom.tool")
                        .capabilities(capability)
                        .allowSensitive()
                        .on(ENGINE)
                        .allowed())
                .isTrue();
    }

    @Test
    void theFlagLiftsNothingAboveMedium() {
        ToolDecision decision = call("custom.tool")
                .capabilities("secrets_read")
                .secrets("token")
                .allowSensitive()
                .on(ENGINE);

        assertThat(ids(decision)).containsExactly("baseline.secrets-need-approval");
        assertThat(decision.approvalRequired()).isTrue();
    }

    @Test
    void aSensitiveToolOutsideTheAllowlistAsksNobody() {
        ToolDecision decision = call("fs.write")
                .capabilities("filesystem_write")
                .notAllowlisted()
                .on(ENGINE);

        assertThat(decision.denied()).isTrue();
        assertThat(decision.code()).isEqualTo(DecisionCode.NOT_ALLOWLISTED);
    }

    @Test
    void theStrictestOfSeveralRulesCounts() {
        ToolDecision decision = call("custom.tool")
                .capabilities("secrets_read")
                .secrets("token")
                .on(ENGINE);

        assertThat(ids(decision))
                .containsExactly("baseline.secrets-need-approval", "baseline.sensitive-needs-approval");
        assertThat(decision.obligations().severity()).isEqualTo(Severity.HIGH);
    }

    @Test
    void harmlessProgramsRunUnattendedOthersAskAndForbiddenOnesNever() {
        assertThat(run("uname").confined().on(ENGINE).allowed()).isTrue();
        assertThat(run("touch").on(ENGINE).approvalRequired()).isTrue();
        ToolDecision curl = run("curl").executableNotAllowed().on(ENGINE);
        assertThat(curl.code()).isEqualTo(DecisionCode.EXECUTABLE_NOT_ALLOWED);
        assertThat(ids(curl)).containsExactly("baseline.executable-not-allowed");
    }

    @Test
    void anUnattendedProgramThatAlsoNamesASecretAsks() {
        assertThat(run("uname")
                        .confined()
                        .capabilities("process_exec", "secrets_read")
                        .secrets("token")
                        .on(ENGINE)
                        .approvalRequired())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {".envrc", "vendor/sub/.git/hooks/pre-commit", ".mcp.json", ".github/workflows/x.yml"})
    void aFileThatOtherProgramsObeyIsAQuestionOfItsOwn(String path) {
        ToolDecision decision = write(path).on(ENGINE);

        assertThat(decision.approvalRequired()).isTrue();
        assertThat(ids(decision))
                .containsExactly("baseline.protected-names-need-approval", "baseline.sensitive-needs-approval");
        assertThat(decision.obligations().severity()).isEqualTo(Severity.HIGH);
        assertThat(write("src/main.c").on(ENGINE).obligations().severity())
                .as("control")
                .isEqualTo(Severity.MEDIUM);
        assertThat(call("fs.read").args(paths(path)).on(ENGINE).allowed())
                .as("reading it is no risk")
                .isTrue();
        assertThat(call("process.run")
                        .capabilities("process_exec")
                        .args(paths(path))
                        .confined()
                        .on(ENGINE)
                        .allowed())
                .as("nor is a program that cannot write")
                .isTrue();
    }

    private static Requests.Call write(String path) {
        return call("fs.write").capabilities("filesystem_write").args(paths(path));
    }

    private static ToolArguments paths(String path) {
        return new ToolArguments(null, Set.of(path), Set.of(), null);
    }

    @Test
    void aProgramMayNotAskForHosts() {
        assertThat(run("uname").confined().egress("example.com").on(ENGINE).code())
                .isEqualTo(DecisionCode.EGRESS_NOT_ALLOWED);
    }

    @Test
    void anApprovalLiftsExactlyTheRulesItNamesByIdAndContent() {
        Requests.Call call = call("fs.write").capabilities("filesystem_write");
        ToolDecision asked = call.on(ENGINE);
        RuleRef rule = asked.rules().getFirst();

        assertThat(ENGINE.decide(call.request(), call.context(), asked.rules()).allowed())
                .isTrue();
        RuleRef rewritten = new RuleRef(rule.id(), dev.sallyport.statements.Digest.of(new byte[] {1}));
        assertThat(ENGINE.decide(call.request(), call.context(), List.of(rewritten))
                        .approvalRequired())
                .isTrue();
        Requests.Call forbidden =
                call("fs.write").capabilities("filesystem_write").notAllowlisted();
        assertThat(ENGINE.decide(forbidden.request(), forbidden.context(), asked.rules())
                        .code())
                .isEqualTo(DecisionCode.NOT_ALLOWLISTED);
    }

    @Test
    void aDenialSaysWhatWouldMakeItAllowed() {
        Requests.Call call = run("curl").executableNotAllowed();
        PolicyExplanation explanation = ENGINE.explain(call.request(), call.context(), call.on(ENGINE));

        assertThat(explanation.determining())
                .singleElement()
                .satisfies(rule -> assertThat(rule.id()).isEqualTo("baseline.executable-not-allowed"))
                .satisfies(rule -> assertThat(rule.file()).isEqualTo("hard/process-run.cedar"))
                .satisfies(rule -> assertThat(rule.source()).contains("forbid"))
                .satisfies(rule -> assertThat(rule.annotations()).containsKey("reason"));
        assertThat(explanation.toAllow()).singleElement().asString().contains("process_runner.allowed_executables");
        assertThat(explanation.context()).containsEntry("tool_name", "process.run");
    }

    @Test
    void anAbsentPermitIsExplainedByItsFailedCondition() {
        Requests.Call call = call("echo").principal("person:ada", "auditor");
        PolicyExplanation explanation = ENGINE.explain(call.request(), call.context(), call.on(ENGINE));

        assertThat(explanation.nearMisses()).singleElement().satisfies(miss -> {
            assertThat(miss.id()).isEqualTo("baseline.tool-execute");
            assertThat(miss.failed()).singleElement().satisfies(failed -> {
                assertThat(failed.attributes()).containsExactly("role");
                assertThat(failed.condition()).contains("context.role");
            });
        });
        assertThat(explanation.toAllow()).singleElement().asString().contains("baseline.tool-execute");
    }

    @Test
    void withoutASnapshotEverythingIsDenied() {
        ToolDecision decision = call("echo").on(new PolicyEngine(THREADS));

        assertThat(decision.denied()).isTrue();
        assertThat(decision.policyEnforced()).isFalse();
        assertThat(decision.code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
    }

    @Test
    void aStoppedEngineDeniesWhatItHasNotDecidedBefore() {
        CedarThreads threads = new CedarThreads(1, Duration.ofSeconds(30));
        PolicyEngine engine = new PolicyEngine(threads);
        engine.activate(new PolicySetCompiler(threads).compile(PolicyFiles.baseline()));
        assertThat(call("echo").on(engine).allowed()).isTrue();

        threads.close();

        assertThat(call("echo").count(1).on(engine).code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
        assertThat(call("echo").count(1).on(ENGINE).allowed()).as("control").isTrue();
    }

    @Test
    void whatIsAskedOnTheEnginesOnlyThreadIsAnsweredThere() {
        try (CedarThreads one = new CedarThreads(1, Duration.ofSeconds(30));
                CedarThreads other = new CedarThreads(1, Duration.ofSeconds(30))) {
            PolicyEngine engine = new PolicyEngine(one);
            engine.activate(new PolicySetCompiler(one).compile(PolicyFiles.baseline()));
            assertThat(one.call(() -> call("echo").on(engine).allowed())).isTrue();

            Thread thread = one.call(Thread::currentThread);
            assertThat(one.call(() -> one.call(Thread::currentThread))).isSameAs(thread);
            assertThat(one.call(() -> other.call(Thread::currentThread))).isNotSameAs(thread);
        }
    }

    @Test
    void anActionOutsideTheSchemaIsDenied() {
        ToolDecision decision = ENGINE.decide(
                PolicyRequest.administrative("person:owner", "workspace.explode", WORKSPACE),
                PolicyRequestContext.administrative(WORKSPACE, "owner", "person"));

        assertThat(decision.code()).isEqualTo(DecisionCode.POLICY_ERROR);
    }

    /** The table of docs/contracts.md. */
    @Test
    void everyRoleHasExactlyItsPermissions() {
        Set<String> all = Set.of(
                "proposal.submit",
                "proposal.read",
                "proposal.read.all",
                "proposal.cancel",
                "approval.read",
                "approval.resolve",
                "ledger.read",
                "ledger.export",
                "vault.read",
                "vault.write",
                "token.manage",
                "member.manage",
                "workspace.manage",
                "policy.read",
                "policy.manage",
                "tool.read",
                "tool.manage",
                "config.read",
                "config.manage",
                "node.read",
                "node.manage",
                "device.read",
                "device.manage",
                "fleet.freeze",
                "trust.operate");
        Map<String, Set<String>> table = Map.of(
                "owner",
                all,
                "admin",
                all.stream()
                        .filter(permission -> !Set.of("workspace.manage", "trust.operate", "device.manage")
                                .contains(permission))
                        .collect(java.util.stream.Collectors.toSet()),
                "operator",
                Set.of(
                        "proposal.submit",
                        "proposal.read",
                        "proposal.read.all",
                        "proposal.cancel",
                        "approval.read",
                        "approval.resolve",
                        "tool.read",
                        "policy.read",
                        "config.read",
                        "node.read",
                        "device.read",
                        "ledger.read"),
                "auditor",
                Set.of(
                        "proposal.read",
                        "proposal.read.all",
                        "ledger.read",
                        "ledger.export",
                        "policy.read",
                        "tool.read",
                        "config.read",
                        "approval.read"),
                "agent",
                Set.of("proposal.submit", "proposal.read", "proposal.cancel", "tool.read"));

        table.forEach((role, permitted) -> {
            String kind = role.equals("agent") ? "agent" : "person";
            assertThat(all.stream().filter(permission -> administrative(kind, role, permission)))
                    .as(role)
                    .containsExactlyInAnyOrderElementsOf(permitted);
        });
    }

    @Test
    void anAgentGivenAHumanRoleStillHasNoHumanRight() {
        assertThat(administrative("agent", "owner", "approval.resolve")).isFalse();
        assertThat(administrative("agent", "operator", "approval.resolve")).isFalse();
        assertThat(administrative("person", "operator", "approval.resolve")).isTrue();
    }

    private static boolean administrative(String kind, String role, String permission) {
        return ENGINE.decide(
                        PolicyRequest.administrative(kind + ":x", permission, WORKSPACE),
                        PolicyRequestContext.administrative(WORKSPACE, role, kind))
                .allowed();
    }

    private static Requests.Call run(String executable) {
        return call("process.run")
                .capabilities("process_exec")
                .args(new ToolArguments(executable, Set.of(), Set.of(), null));
    }

    private static List<String> ids(ToolDecision decision) {
        return decision.rules().stream().map(RuleRef::id).sorted().toList();
    }

    @Test
    void everyRuleOfTheBaselineHasAReasonAndEveryForbidARemedy() {
        PolicySnapshot snapshot = ENGINE.active().orElseThrow();

        assertThat(snapshot.rules())
                .isNotEmpty()
                .allSatisfy(rule -> assertThat(rule.annotations()).containsKey("reason"));
        assertThat(snapshot.rules().stream().filter(rule -> rule.effect() == PolicyEffect.FORBID))
                .allSatisfy(rule -> assertThat(rule.annotations()).containsKey("remedy"));
    }
}
