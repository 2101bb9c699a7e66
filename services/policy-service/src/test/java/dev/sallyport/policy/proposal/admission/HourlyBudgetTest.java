package dev.sallyport.policy.proposal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.budget.CallBudgets.Taken;
import dev.sallyport.policy.budget.CallerHour;
import dev.sallyport.policy.budget.Limits;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.statements.RunKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class HourlyBudgetTest {
    private static final Limits TEN_OF_HOUR = new Limits(100, 10);
    private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);

    private final RunningPolicyService service = SharedService.get();
    private final CallBudgets budgets = service.bean(CallBudgets.class);
    private final TransactionTemplate transaction = service.bean(TransactionTemplate.class);
    private final String name = SharedService.fresh("hourly");
    private final String agent = service.agent(name);
    private final String config =
            service.owner("GET", "/v1/config", null).body().toString();

    @AfterEach
    void configurationAsBefore() {
        service.configure(config);
    }

    @Test
    void newRunsDoNotEscapeTheHourWhateverComesAtOnce() {
        List<Taken> taken = parallel(40, i -> transaction.execute(_ -> budgets.reserve(caller("r" + i), TEN_OF_HOUR)));
        assertThat(taken).filteredOn(Taken.TAKEN::equals).hasSize(10);
        assertThat(taken).filteredOn(Taken.HOUR_USED_UP::equals).hasSize(30);
        assertThat(granted()).isEqualTo(10);

        CallerHour next = CallerHour.of(caller("r").run(), hour.plus(Duration.ofHours(1)));
        assertThat(budgets.reserve(next, TEN_OF_HOUR)).as("the next hour").isEqualTo(Taken.TAKEN);
        assertThat(budgets.left(caller("r0"), TEN_OF_HOUR).callsOfHour()).isZero();
        assertThat(budgets.left(next, TEN_OF_HOUR).callsOfHour()).isEqualTo(9);
    }

    @Test
    void aRunThatIsUsedUpTakesNothingFromTheHour() {
        Limits one = new Limits(1, 10);
        assertThat(budgets.reserve(caller("r"), one)).isEqualTo(Taken.TAKEN);
        transaction.executeWithoutResult(status -> {
            assertThat(budgets.reserve(caller("r"), one)).isEqualTo(Taken.RUN_USED_UP);
            status.setRollbackOnly();
        });
        assertThat(budgets.left(caller("r"), one).callsOfHour()).isEqualTo(9);
        assertThat(budgets.reserve(caller("r2"), one)).isEqualTo(Taken.TAKEN);
    }

    @Test
    void nothingIsGrantedWhereNothingMayBe() {
        assertThat(budgets.reserve(caller("r"), new Limits(100, 0))).isEqualTo(Taken.HOUR_USED_UP);
        assertThat(budgets.reserve(caller("r"), new Limits(0, 100))).isEqualTo(Taken.RUN_USED_UP);
        assertThat(budgets.reserve(caller("r"), new Limits(1, 1))).isEqualTo(Taken.TAKEN);
    }

    @Test
    void whatWasAskedAboutAndNotGrantedMovesToTheHoursDenials() {
        Answer asked = service.propose(agent, SampleBodies.TOUCH);
        assertThat(asked.state()).startsWith("approve");
        assertThat(ofHours("granted || '/' || denied")).containsExactly("1/0");
        service.with(agent, "DELETE", "/v1/proposals/" + asked.id(), null);
        service.ended(agent, asked.id());
        assertThat(ofHours("granted || '/' || denied")).containsExactly("0/1");
    }

    @Test
    void aSpentHourIsADenialWithACodeOfItsOwnAndThenRefusedWithoutARow() {
        service.configure(config.replaceFirst("\"max_calls_per_hour\":[0-9]+", "\"max_calls_per_hour\":1"));
        // All of it within one hour, whenever that is over: what the next one has was used already.
        assertThat(service.propose(agent, echo("first")).state()).isEqualTo("queue");
        service.jdbc().sql("""
                        insert into principal_hour select workspace_id, principal, hour + interval '1 hour', 1, 0
                        from principal_hour where principal = :who""").param("who", "agent:" + name).update();

        Answer denied = service.propose(agent, echo("second"));

        assertThat(denied.state()).isEqualTo("done denied HOURLY_BUDGET_EXHAUSTED");
        assertThat(denied.body().path("message").asString()).contains("used all your calls of this hour");
        assertThat(denied.body().path("to_allow").toString()).contains("max_calls_per_hour");

        service.jdbc()
                .sql("update principal_hour set denied = 10 where principal = :who")
                .param("who", "agent:" + name)
                .update();
        long stored = stored();
        for (int i = 0; i < 3; i++) {
            Answer refused = service.propose(agent, echo("more" + i));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.code()).isEqualTo("HOUR_SPENT");
            assertThat(refused.response().headers().firstValue("Retry-After"))
                    .get()
                    .satisfies(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 3_600));
        }
        assertThat(stored()).isEqualTo(stored);
        assertThat(service.propose(service.agent(name + "-other"), echo("x")).state())
                .as("another principal")
                .isEqualTo("queue");

        service.bean(RefusedProposals.class).state();
        assertThat(service.jdbc()
                        .sql("select count(*) from kit_outbox where subject = :subject")
                        .param("subject", "principal:agent:" + name)
                        .query(Integer.class)
                        .single())
                .as("one statement, whatever runs were named, and at most another if an hour ended meanwhile")
                .isBetween(1, 2);
    }

    @Test
    void aConfigurationWrittenWithoutTheLimitLeavesItAsItIs() {
        service.configure(config.replaceFirst("\"max_calls_per_hour\":[0-9]+", "\"max_calls_per_hour\":77"));
        service.configure(config.replaceFirst("\"max_calls_per_hour\":[0-9]+,", ""));
        assertThat(service.owner("GET", "/v1/config", null)
                        .body()
                        .path("max_calls_per_hour")
                        .asInt())
                .isEqualTo(77);
    }

    private CallerHour caller(String run) {
        return CallerHour.of(new RunKey(service.workspaceId(), "agent:" + name, "s", run), hour.plusSeconds(90));
    }

    private static String echo(String run) {
        return "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"},\"run_id\":\"" + run + "\"}";
    }

    private int granted() {
        return service.jdbc()
                .sql("select sum(granted) from run_budget where principal = :who")
                .param("who", "agent:" + name)
                .query(Integer.class)
                .single();
    }

    private List<String> ofHours(String columns) {
        return service.jdbc()
                .sql("select " + columns + " from principal_hour where principal = :who")
                .param("who", "agent:" + name)
                .query(String.class)
                .list();
    }

    private long stored() {
        return service.jdbc()
                .sql("select count(*) from proposal where principal = :who")
                .param("who", "agent:" + name)
                .query(Long.class)
                .single();
    }

    /** One of several things that are done at once. */
    @FunctionalInterface
    private interface Numbered<T> {
        T run(int number);
    }

    private static <T> List<T> parallel(int times, Numbered<T> call) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = IntStream.range(0, times)
                    .mapToObj(i -> executor.submit(() -> call.run(i)))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
