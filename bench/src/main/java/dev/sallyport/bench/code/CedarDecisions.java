package dev.sallyport.bench.code;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.policyset.PolicyFile;
import dev.sallyport.policy.policyset.PolicyFiles;
import dev.sallyport.policy.policyset.PolicySetCompiler;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One permit for everybody and one forbid for each of many tools, asked about a call whose session is new each time, so
 * that no decision that was taken before answers; and about one whose session is not.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CedarDecisions {
    /** Decisions that are made in a row on the engine's thread. */
    private static final int IN_A_ROW = 50;

    private static final String PERMIT = """
            @id("bench.permit") @tier("hard") @reason("Everybody.")
            permit (principal, action == Action::"tool.execute", resource is Tool) when { context.is_allowlisted_tool };
            """;

    /** How many policies there are. */
    @Param("10")
    @SuppressWarnings("NullAway.Init")
    public String policies;

    @SuppressWarnings("NullAway.Init")
    private CedarThreads threads;

    @SuppressWarnings("NullAway.Init")
    private PolicyEngine engine;

    @SuppressWarnings("NullAway.Init")
    private PolicySet plainSet;

    @SuppressWarnings("NullAway.Init")
    private Schema plainSchema;

    private long calls;

    /** Compiles the set for both. */
    @Setup(Level.Trial)
    public void compile() throws Exception {
        PolicyFiles baseline = PolicyFiles.baseline();
        StringBuilder text = new StringBuilder(PERMIT);
        for (int i = 1; i < Integer.parseInt(policies); i++) {
            text.append(forbid(i));
        }
        threads = new CedarThreads(1, Duration.ofMinutes(2));
        PolicySnapshot snapshot = new PolicySetCompiler(threads)
                .compile(new PolicyFiles(
                        baseline.schema(), List.of(new PolicyFile("hard/bench.cedar", text.toString()))));
        engine = new PolicyEngine(threads);
        engine.activate(snapshot);
        decision();

        Set<Policy> all = new LinkedHashSet<>();
        all.add(new Policy(PERMIT, "bench.permit"));
        for (int i = 1; i < 10; i++) {
            all.add(new Policy(forbid(i), "bench.forbid" + i));
        }
        plainSet = new PolicySet(all);
        plainSchema = Schema.parse(Schema.JsonOrCedar.Cedar, baseline.schema());
        if (!plain().success.orElseThrow().isAllowed()) {
            throw new IllegalStateException("Cedar should allow");
        }
    }

    private static String forbid(int number) {
        return """
                @id("bench.forbid%d") @tier("hard") @reason("One tool each.")
                forbid (principal, action == Action::"tool.execute", resource == Tool::"tool%d") when { context.args has executable };
                """.formatted(number, number);
    }

    /** The fleet's engine on its thread: guards, request digest, slice, Cedar, obligations. */
    @Benchmark
    @OperationsPerInvocation(IN_A_ROW)
    public ToolDecision engine() {
        return threads.call(
                () -> {
                    ToolDecision last = decision();
                    for (int i = 1; i < IN_A_ROW; i++) {
                        last = decision();
                    }
                    return last;
                },
                Duration.ofMinutes(2));
    }

    /**
     * The same decision as callers on threads of their own see it, with the way to the engine's thread and back.
     */
    @Benchmark
    public ToolDecision decision() {
        return decision("s" + calls++);
    }

    /** A decision that was taken before: the same call, to the last attribute. */
    @Benchmark
    public ToolDecision remembered() {
        return decision("always the same");
    }

    private ToolDecision decision(String session) {
        ToolDecision decision = engine.decide(Calls.request("agent:demo", "tool7"), Calls.context(session));
        if (decision.code() != DecisionCode.ALLOWED) {
            throw new IllegalStateException(decision.toString());
        }
        return decision;
    }

    /** Cedar's own engine with a schema, as its documentation shows it. */
    @Benchmark
    public AuthorizationResponse plain() throws AuthException {
        Map<String, Value> context = new HashMap<>();
        for (String text : List.of("workspace", "role", "principal_kind", "channel_id", "run_id", "tool_name")) {
            context.put(text, new PrimString("agent"));
        }
        context.put("session_id", new PrimString("s" + calls++));
        for (String list : List.of("capabilities", "egress_hosts", "secrets")) {
            context.put(list, new CedarList());
        }
        for (String flag : List.of(
                "is_sensitive_action",
                "is_allowlisted_skill",
                "is_confined",
                "allow_sensitive_tools",
                "is_allowlisted_tool",
                "is_principal_allowed",
                "is_channel_allowed",
                "is_executable_allowed")) {
            context.put(flag, new PrimBool(true));
        }
        CedarMap arguments = new CedarMap();
        arguments.put("paths", new CedarList());
        arguments.put("protected_paths", new CedarList());
        arguments.put("hosts", new CedarList());
        context.put("args", arguments);
        CedarMap time = new CedarMap();
        time.put("utc_hour", new PrimLong(10));
        time.put("utc_weekday", new PrimLong(1));
        context.put("time", time);
        return new BasicAuthorizationEngine()
                .isAuthorized(
                        new AuthorizationRequest(
                                uid("Agent", "agent:demo"),
                                uid("Action", "tool.execute"),
                                uid("Tool", "tool7"),
                                Optional.of(context),
                                Optional.of(plainSchema),
                                true),
                        plainSet,
                        Set.of());
    }

    private static EntityUID uid(String type, String id) {
        return new EntityUID(EntityTypeName.parse(type).orElseThrow(), id);
    }

    /** Ends the threads. */
    @TearDown
    public void stop() {
        threads.close();
    }
}
