package dev.sallyport.policy.engine;

import static dev.sallyport.policy.engine.Requests.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.policyset.PolicyFile;
import dev.sallyport.policy.policyset.PolicyFiles;
import dev.sallyport.policy.policyset.PolicySetCompiler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Without its threads an engine can answer only what it remembers. */
class DecisionCacheTest {
    private static final byte[] SALT = "salt".getBytes(StandardCharsets.UTF_8);

    private final CedarThreads threads = new CedarThreads(1, Duration.ofSeconds(30));
    private final PolicyEngine engine = new PolicyEngine(threads);

    @AfterEach
    void stop() {
        threads.close();
    }

    @Test
    void whatWasDecidedIsRememberedToTheLastAttribute() {
        engine.activate(compiled());
        ToolDecision allowed = call("echo").on(engine);
        ToolDecision denied = call("echo").notAllowlisted().on(engine);
        threads.close();

        assertThat(call("echo").on(engine)).isEqualTo(allowed);
        assertThat(call("echo").notAllowlisted().on(engine)).isEqualTo(denied);
        assertThat(allowed.allowed()).isTrue();
        assertThat(denied.code()).isEqualTo(DecisionCode.NOT_ALLOWLISTED);
        assertThat(call("echo").count(1).on(engine).code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
        assertThat(call("echo").principal("agent:other", "agent").on(engine).code())
                .isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
        assertThat(call("sleep").on(engine).code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
    }

    @Test
    void theHashIsThatOfTheRequestUnderItsOwnSalt() {
        engine.activate(compiled());
        ToolDecision salted = salted();
        ToolDecision unsalted = call("echo").on(engine);
        engine.activate(compiled(permit("team.other", "true")));
        assertThat(call("echo").on(engine).requestHash())
                .as("control: decided anew")
                .isEqualTo(unsalted.requestHash())
                .isNotEqualTo(salted.requestHash());
        assertThat(salted().requestHash()).isEqualTo(salted.requestHash());
        threads.close();
        assertThat(salted().requestHash()).isEqualTo(salted.requestHash());
        assertThat(call("echo").on(engine).requestHash()).isEqualTo(unsalted.requestHash());
    }

    @Test
    void questionsToHumansAndWhatTheyLiftedAreDecidedEachTime() {
        engine.activate(compiled());
        Requests.Call risky = call("custom.tool").capabilities("network");
        ToolDecision asked = risky.on(engine);
        assertThat(asked.approvalRequired()).isTrue();
        assertThat(engine.decide(risky.request(), risky.context(), asked.rules())
                        .allowed())
                .isTrue();
        threads.close();
        assertThat(risky.on(engine).code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
        assertThat(engine.decide(risky.request(), risky.context(), asked.rules())
                        .code())
                .isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
    }

    @Test
    void whatFailedIsDecidedEachTime() {
        engine.activate(compiled(permit("team.overflow", "context.args has count && context.args.count + 1 > 0")));
        long most = Long.MAX_VALUE;
        assertThat(call("echo").count(most).on(engine).code()).isEqualTo(DecisionCode.POLICY_ERROR);
        assertThat(call("echo").count(1).on(engine).allowed()).isTrue();
        threads.close();
        assertThat(call("echo").count(most).on(engine).code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
        assertThat(call("echo").count(1).on(engine).allowed()).as("control").isTrue();
    }

    @Test
    void whereAPolicyLooksAtTheTimeNothingIsRemembered() {
        Instant noon = Instant.parse("2026-11-30T12:30:00Z");
        engine.activate(compiled(permit("team.day", "context.role == \"agent\"")));
        assertThat(call("echo").at(noon).on(engine).allowed()).isTrue();
        PolicySnapshot byDay = compiled(permit("team.day", "context.time.utc_hour < 13"));
        engine.activate(byDay);
        assertThat(call("echo").at(noon).on(engine).allowed()).isTrue();
        threads.close();
        assertThat(call("echo").at(noon).on(engine).code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
    }

    @Test
    void anotherSetDecidesItselfAndWithoutOneNothingIsAllowed() {
        PolicySnapshot open = compiled();
        PolicySnapshot shut = compiled(new PolicyFile("hard/shut.cedar", """
                @id("team.shut") @tier("hard") @reason("A test.")
                forbid (principal, action == Action::"tool.execute", resource == Tool::"echo");
                """));
        engine.activate(open);
        assertThat(call("echo").on(engine).allowed()).isTrue();
        engine.activate(shut);
        assertThat(call("echo").on(engine).code()).isEqualTo(DecisionCode.FORBIDDEN);
        threads.close();
        assertThat(call("echo").on(engine).code()).isEqualTo(DecisionCode.FORBIDDEN);
        engine.activate(open);
        assertThat(call("echo").on(engine).allowed()).isTrue();
        engine.deactivate();
        assertThat(call("echo").on(engine).code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
    }

    private ToolDecision salted() {
        return engine.decide(call("echo").request(), call("echo").context(), Set.of(), SALT);
    }

    private PolicySnapshot compiled(PolicyFile... files) {
        return new PolicySetCompiler(threads).compile(PolicyFiles.baseline().with(files));
    }

    private static PolicyFile permit(String id, String condition) {
        return new PolicyFile("hard/" + id + ".cedar", """
                @id("%s") @tier("hard") @reason("A test.")
                permit (principal, action == Action::"tool.execute", resource is Tool) when { %s };
                """.formatted(id, condition));
    }
}
