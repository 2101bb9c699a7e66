package dev.sallyport.policy.engine;

import static dev.sallyport.policy.engine.Requests.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.Value;
import dev.sallyport.policy.engine.cedar.NativeCache;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.policyset.PolicyFile;
import dev.sallyport.policy.policyset.PolicyFiles;
import dev.sallyport.policy.policyset.PolicySetCompiler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each measured trap of the engine: first that the trap is there, then that it is closed. */
class EngineTrapsTest {
    private static final CedarThreads THREADS = new CedarThreads(2, Duration.ofSeconds(30));

    private static final String OVERFLOWING_FORBID = """
            @id("test.overflow")
            @tier("hard")
            @reason("Adds beyond the range of a long, which fails while it is evaluated.")
            forbid (principal, action == Action::"tool.execute", resource)
            when { context.args has count && context.args.count + 9223372036854775807 > 0 };
            """;

    @AfterAll
    static void stop() {
        THREADS.close();
    }

    @Test
    void aForbidThatFailsNeverLetsAPermitWin() throws Exception {
        PolicySet raw = new PolicySet(Set.of(
                new Policy("permit (principal, action, resource);", "p"),
                new Policy("forbid (principal, action, resource) when { context.n + 9223372036854775807 > 0 };", "f")));
        AuthorizationResponse trap = raw(raw, Map.of("n", new PrimLong(1)));
        assertThat(trap.success.orElseThrow().isAllowed())
                .as("Cedar itself skips the failing forbid")
                .isTrue();
        assertThat(trap.success.orElseThrow().getErrors()).hasSize(1);

        PolicyEngine engine = engine(new PolicyFile("hard/overflow.cedar", OVERFLOWING_FORBID));
        assertThat(call("echo").on(engine).allowed())
                .as("the same call without the failing attribute")
                .isTrue();
        ToolDecision decision = call("echo").count(1).on(engine);
        assertThat(decision.denied()).isTrue();
        assertThat(decision.code()).isEqualTo(DecisionCode.POLICY_ERROR);
        assertThat(decision.errors()).singleElement().asString().contains("overflow");
    }

    @Test
    void moreSlicesThanCedarCachesByItselfAreDecidedOn() {
        int agents = 600;
        PolicyEngine engine = engine(rulesOfAgents(agents, "never"));
        decideForEach(engine, agents);
        engine.activate(Objects.requireNonNull(
                engine(rulesOfAgents(agents, "never again")).active().orElse(null)));
        decideForEach(engine, agents);
    }

    private static void decideForEach(PolicyEngine engine, int agents) {
        for (int i = 0; i < agents; i++) {
            assertThat(call("echo").principal("agent:n" + i, "agent").on(engine).code())
                    .isEqualTo(DecisionCode.ALLOWED);
            assertThat(call("forbidden.tool")
                            .principal("agent:n" + i, "agent")
                            .on(engine)
                            .code())
                    .isEqualTo(i % 2 == 0 ? DecisionCode.FORBIDDEN : DecisionCode.SENSITIVE_NEEDS_APPROVAL);
        }
    }

    /** A rule for each agent, every second one in the approval tier: as many slices, each of two sets. */
    private static PolicyFile[] rulesOfAgents(int agents, String reason) {
        StringBuilder hard = new StringBuilder();
        StringBuilder approval = new StringBuilder();
        for (int i = 0; i < agents; i++) {
            String tier = i % 2 == 0 ? "hard" : "approval";
            (i % 2 == 0 ? hard : approval).append("""
                    @id("test.agent-%d") @tier("%s") @reason("%s")
                    forbid (principal == Agent::"agent:n%d", action == Action::"tool.execute",
                      resource == Tool::"forbidden.tool");
                    """.formatted(i, tier, reason, i));
        }
        return new PolicyFile[] {
            new PolicyFile("hard/agents.cedar", hard.toString()),
            new PolicyFile("approval/agents.cedar", approval.toString())
        };
    }

    @Test
    void aFailingApprovalRuleDeniesInsteadOfAsking() {
        PolicyEngine engine = engine(new PolicyFile(
                "approval/overflow.cedar", OVERFLOWING_FORBID.replace("@tier(\"hard\")", "@tier(\"approval\")")));

        assertThat(call("fs.write").capabilities("filesystem_write").on(engine).approvalRequired())
                .isTrue();
        assertThat(call("fs.write")
                        .capabilities("filesystem_write")
                        .count(1)
                        .on(engine)
                        .code())
                .isEqualTo(DecisionCode.POLICY_ERROR);
    }

    @Test
    void aContextTooDeepForTheNativeSideIsRefusedBeforeIt() {
        PolicyEngine engine = engine();
        Requests.Call call = call("echo");
        Map<String, Object> shallow = call.context().attributes(call.request());
        assertThat(engine.decide(call.request(), shallow, Set.of(), new byte[0]).allowed())
                .isTrue();
        RequestGuard.verify(nested(RequestGuard.MAX_DEPTH - 1));

        Map<String, Object> deep = new HashMap<>(shallow);
        deep.put("args", nested(150));
        ToolDecision decision = engine.decide(call.request(), deep, Set.of(), new byte[0]);

        assertThat(decision.code()).isEqualTo(DecisionCode.POLICY_ERROR);
        assertThat(decision.errors()).singleElement().asString().contains("nested deeper than 32 levels");
    }

    @Test
    void oversizedContextsAreRefused() {
        PolicyEngine engine = engine();
        Set<String> hosts = new java.util.HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            hosts.add("h" + i);
        }
        ToolArguments most = new ToolArguments(null, hosts, Set.of(), null);
        assertThat(call("echo").args(most).on(engine).allowed()).isTrue();

        hosts.add("one more");
        ToolArguments tooMany = new ToolArguments(null, hosts, Set.of(), null);
        assertThat(call("echo").args(tooMany).on(engine).code()).isEqualTo(DecisionCode.POLICY_ERROR);
        ToolArguments tooLong = new ToolArguments(null, Set.of("x".repeat(70_000)), Set.of(), null);
        assertThat(call("echo").args(tooLong).on(engine).code()).isEqualTo(DecisionCode.POLICY_ERROR);
        ToolArguments torn = new ToolArguments(null, Set.of("\ud800"), Set.of(), null);
        assertThat(call("echo").args(torn).on(engine).code()).isEqualTo(DecisionCode.POLICY_ERROR);
    }

    @Test
    void aNewSetDecidesAtOnceWhileAChangedSetWouldKeepDecidingWithTheOldPolicies() throws Exception {
        Policy permit = new Policy("permit (principal, action, resource);", "p");
        Policy forbid = new Policy("forbid (principal, action, resource);", "f");
        PolicySet raw = new PolicySet(new java.util.HashSet<>(Set.of(permit)));
        raw.cache();
        raw.policies.add(forbid);
        assertThat(raw(raw, Map.of()).success.orElseThrow().isAllowed())
                .as("Cedar decides with what was cached")
                .isTrue();

        PolicyEngine engine = engine();
        assertThat(call("echo").on(engine).allowed()).isTrue();
        engine.activate(compile(new PolicyFile("hard/stop.cedar", """
                @id("test.stop") @tier("hard") @reason("Everything stops.")
                forbid (principal, action == Action::"tool.execute", resource);
                """)));

        assertThat(call("echo").on(engine).code()).isEqualTo(DecisionCode.FORBIDDEN);
    }

    @Test
    void rulesKeepTheirOwnIds() throws Exception {
        String text = "@id(\"test.named\") permit (principal, action, resource);";
        assertThat(PolicySet.parsePolicies(text).policies)
                .singleElement()
                .satisfies(policy ->
                        assertThat(policy.getID()).as("Cedar's own naming").isEqualTo("policy0"));

        assertThat(call("echo").on(engine()).rules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.id()).isEqualTo("baseline.tool-execute"));
    }

    @Test
    void ofAnActionThatTheSchemaDoesNotKnowNothingIsBuiltOrKept() throws Exception {
        PolicySnapshot snapshot = compile(new PolicyFile("hard/none.cedar", ""));
        PolicyRequest unknown = PolicyRequest.administrative("person:owner", "workspace.explode", "w");
        assertThatThrownBy(() -> snapshot.slice(unknown)).isInstanceOf(PolicyErrorException.class);
        PolicyRequest known = PolicyRequest.administrative("person:owner", "policy.read", "w");
        assertThat(THREADS.call(() -> snapshot.slice(known)).rules()).isNotEmpty();
    }

    /** The native side reads no JSON nested deeper than 128 levels, so a condition like this cannot be asked by itself. */
    @Test
    void anExplanationNamesAPermitWhoseConditionIsTooDeepToBeAskedAlone() throws Exception {
        PolicyEngine engine =
                engine(new PolicyFile("hard/long.cedar", """
                @id("test.long") @tier("hard")
                permit (principal, action == Action::"tool.execute", resource)
                when { %s context.role == "nobody" };
                """.formatted("context.role == \"nobody\" || ".repeat(100))));
        Requests.Call call = call("echo").principal("person:ada", "auditor");
        PolicyExplanation explanation = engine.explain(call.request(), call.context(), call.on(engine));
        assertThat(explanation.nearMisses())
                .extracting(PolicyExplanation.NearMiss::id)
                .containsExactlyInAnyOrder("baseline.tool-execute", "test.long");
    }

    @Test
    void theCallersSmallStackIsNeverUsed() throws Exception {
        PolicyEngine engine = engine(new PolicyFile("hard/deep.cedar", """
                @id("test.deep") @tier("hard") @reason("Needs some stack.")
                forbid (principal, action == Action::"tool.execute", resource)
                when { %s context.is_sensitive_action %s };
                """.formatted("(".repeat(25), ")".repeat(25))));
        Requests.Call call = call("custom.tool").capabilities("network").allowSensitive();
        assertThat(call.on(engine).code()).isEqualTo(DecisionCode.FORBIDDEN);

        List<ToolDecision> decisions = new ArrayList<>();
        Set<String> threads = new java.util.HashSet<>();
        Thread small = Thread.ofPlatform().stackSize(160 << 10).start(() -> {
            decisions.add(call.on(engine));
            threads.add(THREADS.call(() -> Thread.currentThread().getName()));
        });
        small.join();

        assertThat(decisions)
                .singleElement()
                .satisfies(decision -> assertThat(decision.code()).isEqualTo(DecisionCode.FORBIDDEN));
        assertThat(threads).singleElement().asString().startsWith("cedar-");
    }

    /** Evaluates on ever larger stacks; run in a process of its own, because too small a one ends it. */
    static final class SmallStacks {
        private SmallStacks() {}

        public static void main(String[] args) throws Exception {
            String deep = "(1 + ".repeat(28) + "context.n" + ")".repeat(28) + " > 0";
            PolicySet policies = new PolicySet(Set.of(
                    new Policy("permit (principal, action, resource);", "p"),
                    new Policy("forbid (principal, action, resource) when { " + deep + " };", "f")));
            policies.cache();
            say(policies);
            for (int kib = 256; kib >= 128; kib -= 8) {
                Thread small = Thread.ofPlatform().stackSize((long) kib << 10).start(() -> say(policies));
                small.join();
            }
        }

        private static void say(PolicySet policies) {
            try {
                AuthorizationResponse answer = raw(policies, Map.of("n", new PrimLong(1)));
                System.out.println(answer.success
                        .map(success -> success.getErrors().isEmpty() && !success.isAllowed() ? "denied" : "spoiled")
                        .orElse("spoiled"));
            } catch (Exception | StackOverflowError e) {
                System.out.println("spoiled");
            }
        }
    }

    @Test
    void smallStacksAreWhatTheThreadsAreFor(@TempDir Path folder) throws Exception {
        ForkedJava.Outcome outcome = ForkedJava.run(folder, SmallStacks.class);

        assertThat(outcome.lines()).first().as("with a stack of the usual size").isEqualTo("denied");
        assertThat(outcome.exit() != 0 || outcome.lines().contains("spoiled"))
                .as("a small stack spoils Cedar's answer: %s", outcome)
                .isTrue();
    }

    /** Takes more places than there are for sets that nobody holds any more; in a process of its own, with few places. */
    static final class FewPlaces {
        private static final int PLACES = 32;

        private FewPlaces() {}

        public static void main(String[] args) throws Exception {
            PolicySet.setCacheMaxPolicySets(PLACES);
            int kept = 0;
            try {
                while (kept < 4 * PLACES) {
                    set(kept).cache();
                    kept++;
                }
                System.out.println("by itself: all");
            } catch (CacheException e) {
                System.out.println("by itself: " + kept);
            }
            for (int i = 0; i < 4 * PLACES; i++) {
                NativeCache.keep(set(i));
            }
            System.out.println("with the collector: all");
        }

        private static PolicySet set(int number) {
            return new PolicySet(Set.of(new Policy("permit (principal, action, resource);", "p" + number)));
        }
    }

    @Test
    void thePlacesOfWhatIsGoneAreTakenAgain(@TempDir Path folder) throws Exception {
        assertThat(ForkedJava.run(folder, FewPlaces.class).lines())
                .containsExactly("by itself: " + FewPlaces.PLACES, "with the collector: all");
    }

    private static Map<String, Object> nested(int levels) {
        Map<String, Object> inner = new HashMap<>();
        for (int i = 1; i < levels; i++) {
            Map<String, Object> outer = new HashMap<>();
            outer.put("x", inner);
            inner = outer;
        }
        return inner;
    }

    private static AuthorizationResponse raw(PolicySet policies, Map<String, Value> context) throws Exception {
        EntityTypeName type = EntityTypeName.parse("T").orElseThrow();
        return new BasicAuthorizationEngine()
                .isAuthorized(
                        new AuthorizationRequest(
                                new EntityUID(type, "a"),
                                new EntityUID(EntityTypeName.parse("Action").orElseThrow(), "b"),
                                new EntityUID(type, "c"),
                                new HashMap<>(context)),
                        policies,
                        Set.of());
    }

    private static PolicySnapshot compile(PolicyFile... more) {
        return new PolicySetCompiler(THREADS).compile(PolicyFiles.baseline().with(more));
    }

    private static PolicyEngine engine(PolicyFile... more) {
        PolicyEngine engine = new PolicyEngine(THREADS);
        engine.activate(compile(more));
        return engine;
    }
}
