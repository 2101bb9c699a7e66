package dev.sallyport.policy.proposal.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.catalogue.SandboxProcessRunnerPolicy;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyExplanation;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.policyset.PolicyFile;
import dev.sallyport.policy.policyset.PolicyFiles;
import dev.sallyport.policy.policyset.PolicySetCompiler;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.record.Detail;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** From facts to a verdict, as data: no database, no other service, no context of Spring. */
class DeciderTest {
    private static final CallBudgets.Left PLENTY = new CallBudgets.Left(100, 1_000, 1_000, 10_000);
    private static final String UNAME = """
            {"args":["-a"],"executable":"uname"}""";
    private static final String TOUCH = """
            {"args":["a"],"executable":"touch"}""";
    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
    private static final CedarThreads THREADS = new CedarThreads(1, Duration.ofMinutes(1));
    private static final PolicyEngine ENGINE = new PolicyEngine(THREADS);

    private final ToolCatalogue catalogue = new ToolCatalogue();
    private final Decider decider = new Decider(ENGINE);

    @BeforeAll
    static void theBaselineIsActive() {
        ENGINE.activate(new PolicySetCompiler(THREADS).compile(PolicyFiles.baseline()));
    }

    @AfterAll
    static void end() {
        THREADS.close();
    }

    @Test
    void whatTheBaselineAllowsIsPermittedOnTheToolsTerms() {
        Verdict verdict = decider.decide(facts("process.run", UNAME), List.of());

        assertThat(verdict.decision().outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(verdict.permits()).isTrue();
        assertThat(verdict.context().capabilities()).containsExactly("process_exec");
        assertThat(verdict.terms().limits().wallMs()).isEqualTo(60_000);
        assertThat(verdict.statement(null).policySet()).isNotNull();
    }

    @Test
    void theSameFactsGiveTheSameVerdict() {
        CallFacts facts = facts("process.run", TOUCH);

        assertThat(decider.decide(facts, List.of())).isEqualTo(decider.decide(facts, List.of()));
    }

    @Test
    void theRequestHashIsOfTheRequestAndOfRandomBytesThatComeWithTheArguments() {
        CallFacts facts = facts("process.run", UNAME);
        Verdict verdict = decider.decide(facts, List.of());
        PolicyExplanation explained =
                ENGINE.explain(Verdict.requestOf(verdict.facts()), verdict.context(), verdict.decision());
        Map<String, Object> asked = new TreeMap<>();
        asked.put("action", explained.action());
        asked.put("context", explained.context());
        asked.put("principal", explained.principal());
        asked.put("resource", explained.resource());
        byte[] canonical = StatementJson.canonical(asked);
        byte[] salt = facts.call().arguments().detail().salt();
        byte[] salted = Arrays.copyOf(salt, salt.length + canonical.length);
        System.arraycopy(canonical, 0, salted, salt.length, canonical.length);

        assertThat(verdict.statement(null).requestHash())
                .as("what a guesser could compute")
                .isNotEqualTo(Digest.of(canonical))
                .as("what a reader of the arguments and of the explanation can compute")
                .isEqualTo(Digest.of(salted));
    }

    @Test
    void aRuleThatAsksIsLiftedByAnApprovalOfExactlyThatRule() {
        CallFacts facts = facts("process.run", TOUCH);
        Verdict asked = decider.decide(facts, List.of());
        RuleRef rule = asked.decision().rules().getFirst();

        assertThat(asked.decision().outcome()).isEqualTo(Outcome.APPROVAL_REQUIRED);
        assertThat(asked.permits()).isFalse();
        assertThat(decider.decide(facts, List.of(rule)).permits()).isTrue();
        assertThat(decider.decide(facts, List.of(new RuleRef(rule.id(), Digest.of(new byte[] {1}))))
                        .permits())
                .isFalse();
    }

    @Test
    void aToolThatDoesNotExistHasNoDigestInTheStatement() {
        Verdict verdict = decider.decide(facts("rocket.launch", "{}"), List.of());

        assertThat(verdict.decision().code()).isEqualTo(DecisionCode.UNKNOWN_TOOL);
        assertThat(verdict.call().proposal().toolDigest()).isNull();
        assertThat(verdict.permits()).isFalse();
    }

    @Test
    void whereNoSetIsActiveTheDecisionNamesNone() {
        Verdict verdict = new Decider(new PolicyEngine(THREADS)).decide(facts("process.run", UNAME), List.of());

        assertThat(verdict.decision().code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
        assertThat(verdict.statement(null).policySet()).isNull();
        assertThat(verdict.statement(null).requestHash())
                .as("the request was written down, though nothing decided it")
                .isNotNull();
    }

    @Test
    void aFreezeDeniesWhateverPoliciesSay() {
        assertThat(code(facts("process.run", UNAME, ToolCallConfig.initial(), "agent", true)))
                .isEqualTo(DecisionCode.FROZEN);
    }

    @Test
    void whoIsNoMemberAnyMoreIsDenied() {
        assertThat(code(facts("process.run", UNAME, ToolCallConfig.initial(), "", false)))
                .isEqualTo(DecisionCode.DENIED_BY_DEFAULT);
    }

    @Test
    void aDenialByPoliciesComesBeforeAFindingAndAFindingBeforeAHuman() {
        assertThat(code(facts("process.run", """
                {"args":["/etc/shadow"],"executable":"curl"}"""))).isEqualTo(DecisionCode.EXECUTABLE_NOT_ALLOWED);
        assertThat(code(facts("process.run", """
                {"args":["/etc/shadow"],"executable":"touch"}"""))).isEqualTo(DecisionCode.PATH_OUTSIDE_WORKSPACE);
    }

    @Test
    void anAllowedCallWhoseToolIsAnotherVersionThanProposedIsNotPermitted() {
        CallFacts now = facts("process.run", UNAME);
        Proposal proposed = now.call().proposal();
        Proposal older = proposal(
                proposed.tool(), "0", Digest.of(new byte[] {0}), now.call().arguments(), List.of());
        Verdict verdict = decider.decide(
                new CallFacts(
                        new ProposedCall(older, now.call().arguments()),
                        now.tool(),
                        now.config(),
                        now.role(),
                        now.frozen(),
                        now.left(),
                        now.at()),
                List.of());

        assertThat(verdict.decision().allowed()).isTrue();
        assertThat(verdict.permits()).isFalse();
    }

    @Test
    void secretsAreAskedForOnlyWhereTheCallIsNotDeniedAndOneThatIsNotGrantedDenies() {
        ToolMetadata tool = thatMayUseSecrets(catalogue.builtIn("process.run").orElseThrow());
        CallArguments arguments = arguments(UNAME);
        Proposal proposal = proposal(tool.name(), tool.version(), tool.digest(), arguments, List.of("db"));
        CallFacts facts = new CallFacts(
                new ProposedCall(proposal, arguments), tool, ToolCallConfig.initial(), "agent", false, PLENTY, NOW);
        Verdict decided = decider.decide(facts, List.of());
        SecretGrant grant = new SecretGrant("vault://w/db", 3, "pipe", List.of());

        assertThat(decided.decision().outcome())
                .as("a secret makes a call sensitive")
                .isEqualTo(Outcome.APPROVAL_REQUIRED);
        assertThat(new SecretCheck((asked, ways) -> Optional.of(List.of(grant)), new Neighbours.Control())
                        .verify(decided)
                        .terms()
                        .secrets())
                .containsExactly(grant);
        assertThat(new SecretCheck((asked, ways) -> Optional.empty(), new Neighbours.Control())
                        .verify(decided)
                        .decision()
                        .code())
                .isEqualTo(DecisionCode.SECRET_NOT_ALLOWED);
        Verdict denied = decided.deniedFor(DecisionCode.FROZEN);
        assertThat(new SecretCheck(
                                (asked, ways) -> {
                                    throw new AssertionError("the vault was asked about a denied call");
                                },
                                new Neighbours.Control())
                        .verify(denied))
                .isSameAs(denied);
    }

    @Test
    void noHumanIsAskedAboutASecretThatNoNodeDelivers() {
        ToolMetadata tool = catalogue.builtIn("process.run").orElseThrow();
        CallArguments arguments = arguments(UNAME);
        Proposal proposal = proposal(tool.name(), tool.version(), tool.digest(), arguments, List.of("db"));

        assertThat(code(new CallFacts(
                        new ProposedCall(proposal, arguments),
                        tool,
                        ToolCallConfig.initial(),
                        "agent",
                        false,
                        PLENTY,
                        NOW)))
                .isEqualTo(DecisionCode.SECRET_NOT_ALLOWED);
    }

    @Test
    void aCallNamesOnlySecretsThatTheRuleNames() {
        PolicyEngine engine = new PolicyEngine(THREADS);
        engine.activate(new PolicySetCompiler(THREADS)
                .compile(PolicyFiles.baseline().with(new PolicyFile("approval/team.cedar", """
                        @id("team.names") @tier("approval") @secrets("db") @reason("Only this one.")
                        forbid (principal, action == Action::"tool.execute", resource == Tool::"process.run");
                        """))));
        ToolMetadata tool = thatMayUseSecrets(catalogue.builtIn("process.run").orElseThrow());
        CallArguments arguments = arguments(UNAME);
        for (String secret : List.of("db", "other")) {
            Proposal proposal = proposal(tool.name(), tool.version(), tool.digest(), arguments, List.of(secret));
            Verdict verdict = new Decider(engine)
                    .decide(
                            new CallFacts(
                                    new ProposedCall(proposal, arguments),
                                    tool,
                                    ToolCallConfig.initial(),
                                    "agent",
                                    false,
                                    PLENTY,
                                    NOW),
                            List.of());
            assertThat(verdict.decision().code())
                    .as(secret)
                    .isEqualTo(
                            secret.equals("db")
                                    ? DecisionCode.SENSITIVE_NEEDS_APPROVAL
                                    : DecisionCode.SECRET_NOT_ALLOWED);
        }
    }

    @Test
    void whatRunsWithoutAHumanIsConfinedAndWhatAHumanAllowsIsNot() {
        Verdict unattended = decider.decide(facts("process.run", UNAME), List.of());
        CallFacts touch = facts("process.run", TOUCH);
        RuleRef rule = decider.decide(touch, List.of()).decision().rules().getFirst();

        assertThat(unattended.permits()).isTrue();
        assertThat(unattended.terms().confined()).isTrue();
        assertThat(decider.decide(touch, List.of(rule)).terms().confined()).isFalse();
        assertThat(decider.decide(facts("fs.list", "{}"), List.of()).terms().confined())
                .as("a tool of the node's own starts no program")
                .isFalse();
    }

    /** With every program unattended, policies say of each case of the argument profiles what the profiles say. */
    @ParameterizedTest
    @MethodSource("profileCases")
    void aProgramRunsWithoutAHumanOnlyWhereItsProfileSaysThatItReads(Path file) throws Exception {
        List<JsonNode> cases = Files.readAllLines(file).stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();

        assertThat(cases).isNotEmpty().allSatisfy(each -> {
            String program = each.path("executable").stringValue();
            ObjectNode arguments = JsonMapper.shared().createObjectNode();
            arguments.set("args", each.path("args"));
            arguments.put("executable", program);
            Verdict verdict = decider.decide(
                    facts("process.run", arguments.toString(), unattended(program), "agent", false), List.of());
            String outcome = switch (verdict.decision().outcome()) {
                case ALLOW -> "unattended";
                case APPROVAL_REQUIRED -> "asked";
                case DENY -> "denied";
            };

            assertThat(outcome).isEqualTo(each.path("expect").stringValue());
            if (!outcome.equals("denied")) {
                assertThat(verdict.terms().confined()).isEqualTo(outcome.equals("unattended"));
            }
        });
    }

    @Test
    void whoWaitsForAPersonBecauseOfTheArgumentsIsToldWhich() {
        Hints hints = new Hints(catalogue);
        ToolCallConfig sort = unattended("sort");
        Verdict writes = decider.decide(facts("process.run", """
                {"args":["-o","x"],"executable":"sort"}""", sort, "agent", false), List.of());
        Verdict touch = decider.decide(facts("process.run", TOUCH), List.of());

        assertThat(hints.of(writes))
                .singleElement()
                .asString()
                .contains("only where it does nothing but read", "writes");
        assertThat(hints.of(touch))
                .as("the workspace never lets it run at once")
                .isEmpty();
    }

    static Stream<Path> profileCases() throws Exception {
        Path folder = Path.of("../../libs/arguments/src/test/cases");
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    private static ToolCallConfig unattended(String program) {
        ToolCallConfig initial = ToolCallConfig.initial();
        return new ToolCallConfig(
                initial.version(),
                initial.allowSensitiveTools(),
                initial.allowlistedTools(),
                initial.allowlistedSkills(),
                initial.allowedPrincipals(),
                initial.allowedChannels(),
                initial.maxCallsPerRun(),
                initial.maxCallsPerHour(),
                initial.executionTimeoutMs(),
                new SandboxProcessRunnerPolicy(List.of(program), List.of(program)),
                initial.wasmRunner(),
                List.of());
    }

    private static ToolMetadata thatMayUseSecrets(ToolMetadata tool) {
        ToolMetadata.Reach own = tool.reach();
        return new ToolMetadata(
                tool.name(),
                tool.version(),
                tool.description(),
                new ToolMetadata.Reach(
                        own.capabilities(), own.defaultSensitive(), own.egressMode(), own.egressHosts(), Set.of("*")),
                tool.input(),
                tool.placement(),
                tool.document(),
                tool.digest(),
                null,
                null);
    }

    private DecisionCode code(CallFacts facts) {
        return decider.decide(facts, List.of()).decision().code();
    }

    private CallFacts facts(String tool, String arguments) {
        return facts(tool, arguments, ToolCallConfig.initial(), "agent", false);
    }

    private CallFacts facts(String name, String canonical, ToolCallConfig config, String role, boolean frozen) {
        ToolMetadata tool = catalogue.builtIn(name).orElse(null);
        CallArguments arguments = arguments(canonical);
        Proposal proposal = proposal(
                name, tool == null ? null : tool.version(), tool == null ? null : tool.digest(), arguments, List.of());
        return new CallFacts(new ProposedCall(proposal, arguments), tool, config, role, frozen, PLENTY, NOW);
    }

    private static CallArguments arguments(String canonical) {
        return CallArguments.stored(Detail.of(Objects.requireNonNull(canonical).getBytes(StandardCharsets.UTF_8)));
    }

    private static Proposal proposal(
            String tool,
            @Nullable String version,
            @Nullable Digest digest,
            CallArguments arguments,
            List<String> secretNames) {
        return new Proposal(
                1,
                "fleet",
                "w",
                "01JD0000000000000000000001",
                "agent:demo",
                List.of("person:owner"),
                null,
                "api",
                "s1",
                "r1",
                tool,
                version,
                digest,
                null,
                arguments.detail().digest(),
                secretNames.stream()
                        .map(name -> ProposedCall.secretReference("w", name))
                        .toList(),
                List.of(),
                Instant.parse("2026-11-21T10:00:00Z"));
    }
}
