package dev.sallyport.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.access.TokenTerms;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestRatesTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger replicas = new AtomicInteger(1);
    private final RequestRates rates = new RequestRates(60, replicas::get, now::get);

    @Test
    void aMinutesRequestsMayComeAtOnceAndThenAsFastAsTheyAreAllowed() {
        Principal agent = agent("a", "t1", 30);
        assertThat(admitted(agent)).isEqualTo(30);
        assertThat(refusal(agent, 1).retryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThat(refusal(agent, 1).getMessage()).contains("30 requests");

        pass(Duration.ofSeconds(2));
        assertThat(admitted(agent)).isEqualTo(1);
        pass(Duration.ofSeconds(10));
        assertThat(admitted(agent)).isEqualTo(5);
        pass(Duration.ofHours(3));
        assertThat(admitted(agent)).as("no more than a minute's is gathered").isEqualTo(30);
    }

    @Test
    void aPrincipalHasOneLimitForAllItsTokens() {
        assertThat(admitted(agent("a", "t1", 50))).isEqualTo(50);
        Principal second = agent("a", "t2", 50);
        assertThat(admitted(second)).isEqualTo(10);
        assertThat(refusal(second, 1).getMessage()).contains("All tokens");
        assertThat(admitted(agent("b", "t3", 50))).as("another principal").isEqualTo(50);
        assertThat(admitted(session("c"))).as("without a limit of its own").isEqualTo(60);
    }

    @Test
    void aTokenThatMayMakeMoreRaisesTheLimitOfItsPrincipal() {
        Principal busy = agent("a", "t1", 600);
        assertThat(rates.ofPrincipal(busy)).isEqualTo(600);
        assertThat(admitted(busy)).isEqualTo(600);
        assertThat(admitted(agent("a", "t2", 30))).isZero();
    }

    @Test
    void whatIsRefusedIsNotCounted() {
        Principal agent = agent("a", "t1", 30);
        rates.count(agent, 20);
        assertThat(refusal(agent, 11).retryAfter()).isEqualTo(Duration.ofSeconds(2));
        assertThatCode(() -> rates.count(agent, 10)).doesNotThrowAnyException();
        pass(Duration.ofMinutes(1));
        rates.count(agent, 1);
        assertThatCode(() -> rates.count(agent, 1_000))
                .as("a message with more calls than a minute has is taken of a token that has rested")
                .doesNotThrowAnyException();
        assertThat(admitted(agent)).isZero();
    }

    @Test
    void eachReplicaGivesOutItsPart() {
        replicas.set(3);
        assertThat(admitted(agent("a", "t1", 30))).isEqualTo(10);
        replicas.set(1);
        pass(Duration.ofMinutes(1));
        assertThat(admitted(agent("a", "t1", 30))).as("the others have gone").isEqualTo(30);
    }

    private int admitted(Principal principal) {
        return (int) IntStream.range(0, 2_000)
                .takeWhile(_ -> {
                    try {
                        rates.count(principal, 1);
                        return true;
                    } catch (RateLimitedException _) {
                        return false;
                    }
                })
                .count();
    }

    private RateLimitedException refusal(Principal principal, int requests) {
        RateLimitedException refusal =
                catchThrowableOfType(RateLimitedException.class, () -> rates.count(principal, requests));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static Principal agent(String name, String token, int perMinute) {
        return principal(name, token, new TokenTerms(perMinute, null));
    }

    private static Principal session(String name) {
        return principal(name, "session", TokenTerms.NONE);
    }

    private static Principal principal(String name, String token, TokenTerms terms) {
        return new Principal(
                Principal.Kind.AGENT,
                "agent:" + name,
                "01J00000000000000000000000",
                Set.of(),
                Set.of(),
                List.of(),
                List.of(),
                token,
                terms,
                null,
                null,
                false);
    }
}
