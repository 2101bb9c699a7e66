package dev.sallyport.policy.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.access.SecondPerson;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.Requests;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.policyset.PolicySetCheck;
import dev.sallyport.policy.policyset.SetDocument;
import dev.sallyport.servicekit.ids.Ulids;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Two replicas, each with an engine of its own on the same database. What a test activates is undone with its
 * transaction, so that the running service never decides on it.
 */
class ActivePolicySetTest {
    private static final CedarThreads THREADS = new CedarThreads(2, Duration.ofMinutes(1));

    private final RunningPolicyService service = SharedService.get();
    private final PolicySetTable table = service.bean(PolicySetTable.class);
    private final Activations activations = service.bean(Activations.class);

    /** A replica: what of it can differ from the others. */
    private final class Replica {
        private final PolicyEngine engine = new PolicyEngine(THREADS);
        private final ActivePolicySet active =
                new ActivePolicySet(activations, new LoadedSets(table, service.bean(PolicySetCheck.class)), engine);

        Replica() {
            active.afterPropertiesSet();
        }

        ToolDecision decide() {
            return Requests.call("echo").on(engine);
        }
    }

    @AfterAll
    static void stop() {
        THREADS.close();
    }

    @Test
    void anActivationSwitchesEveryReplicaAndOutlivesARestart() {
        undone(_ -> {
            Replica one = new Replica();
            Replica other = new Replica();
            assertThat(one.decide().allowed()).isTrue();
            activate(forbidding("one"));
            assertThat(other.decide().allowed()).as("it has not looked yet").isTrue();

            one.active.follow();
            other.active.follow(other.active.position());

            assertThat(rules(one.decide())).containsExactly("team.one");
            assertThat(rules(other.decide())).containsExactly("team.one");
            assertThat(one.decide().policySetVersion()).isEqualTo(other.decide().policySetVersion());
            assertThat(rules(new Replica().decide())).as("after a restart").containsExactly("team.one");

            activate(SetDocument.NONE);
            one.active.follow();
            assertThat(one.decide().allowed()).isTrue();
        });
    }

    @Test
    void aSetThatCannotBeLoadedDeniesEverythingUntilAnotherIsActivated() {
        undone(_ -> {
            Replica one = new Replica();
            activate(document("hard/broken.cedar", "this was a policy for an engine that is gone"));
            one.active.follow();
            assertThat(one.decide().code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
            assertThat(one.active.isLoaded()).as("so it is not ready").isFalse();
            Replica restarted = new Replica();
            assertThat(restarted.decide().code()).isEqualTo(DecisionCode.POLICY_UNAVAILABLE);

            activate(forbidding("two"));
            one.active.follow();
            assertThat(one.active.isLoaded()).isTrue();
            assertThat(rules(one.decide())).containsExactly("team.two");
        });
        undone(_ -> {
            Replica one = new Replica();
            SetDocument altered = forbidding("three");
            activate(altered);
            service.jdbc()
                    .sql("update policy_set set files = '{}' where digest = :digest")
                    .param("digest", altered.digest().bytes())
                    .update();
            one.active.follow();
            assertThat(one.decide().code())
                    .as("files that are not what the digest says")
                    .isEqualTo(DecisionCode.POLICY_UNAVAILABLE);
        });
    }

    /** The owner's way out must not lead through what shuts everybody out. */
    @Test
    void theOwnerRollsBackPastSetsThatCannotBeLoaded() {
        undone(_ -> {
            PolicySets fresh = new PolicySets(
                    table,
                    activations,
                    service.bean(PolicyChanges.class),
                    new LoadedSets(table, service.bean(PolicySetCheck.class)),
                    service.bean(PolicySetCheck.class),
                    service.bean(SecondPerson.class),
                    service.bean(ActivationRecord.class),
                    service.bean(Ulids.class),
                    service.bean(Clock.class),
                    service.bean(TransactionTemplate.class));
            SetDocument sound = forbidding("sound");
            activate(sound);
            activate(document("hard/broken.cedar", "gone"));
            activate(document("hard/broken.cedar", "gone too"));

            Activation back = fresh.rollBackByOwner("spiffe://test/device/owner", service.workspaceId());

            assertThat(back.set()).isEqualTo(sound.digest());
            assertThat(fresh.rollBackByOwner("spiffe://test/device/owner", service.workspaceId())
                            .set())
                    .isNull();
        });
    }

    @Test
    void aDecisionIsNeverMixedOfTwoSets() throws Exception {
        PolicyEngine engine = new PolicyEngine(THREADS);
        PolicySetCheck check = service.bean(PolicySetCheck.class);
        Map<Object, String> ruleOf = new ConcurrentHashMap<>();
        var sets = List.of("left", "right").stream()
                .map(name -> {
                    var snapshot = check.compile(forbidding(name));
                    ruleOf.put(snapshot.version(), "team." + name);
                    return snapshot;
                })
                .toList();
        engine.activate(sets.getFirst());
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> switching = threads.submit(() -> {
                for (int i = 0; !over.get(); i++) {
                    engine.activate(sets.get(i % 2));
                }
            });
            Map<String, Integer> seen = new ConcurrentHashMap<>();
            for (int i = 0; i < 2_000; i++) {
                ToolDecision decision = Requests.call("echo").on(engine);
                String rule = ruleOf.get(decision.policySetVersion());
                assertThat(rules(decision)).containsExactly(rule);
                seen.merge(rule, 1, Integer::sum);
            }
            over.set(true);
            switching.get();
            assertThat(seen).as("both have decided").hasSize(2);
        }
    }

    private void activate(SetDocument document) {
        Activation before = activations.lock();
        boolean none = document.files().isEmpty();
        if (!none) {
            table.keep("", document, List.of("person:test"), service.workspaceId());
        }
        activations.activate(
                before.position() + 1, none ? null : document.digest(), before.position(), "person:test", null, false);
    }

    private void undone(Consumer<Object> work) {
        service.bean(TransactionTemplate.class).executeWithoutResult(status -> {
            status.setRollbackOnly();
            work.accept(status);
        });
    }

    private static List<String> rules(ToolDecision decision) {
        return decision.rules().stream().map(rule -> rule.id()).toList();
    }

    private static SetDocument forbidding(String name) {
        return document("hard/" + name + ".cedar", """
                @id("team.%s") @tier("hard") @reason("A test.")
                forbid (principal, action == Action::"tool.execute", resource == Tool::"echo");
                """.formatted(name));
    }

    private static SetDocument document(String path, String text) {
        return new SetDocument(new TreeMap<>(Map.of(path, text)));
    }
}
