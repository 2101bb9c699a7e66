package dev.sallyport.executor.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.tool.RunningTool;
import dev.sallyport.executor.tool.ToolResult;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

/** A node that cannot run what it is given asks for nothing. */
class NodeStandingTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private final NodeStanding standing = new NodeStanding(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void aClockThatIsOffByMoreThanTheSkewKeepsTheNodeOutOfServiceUntilItIsRight() {
        assertThat(standing.known()).isFalse();
        for (long within : new long[] {-6, -5, 0, 5}) {
            standing.answered(NOW.plusSeconds(within));
            assertThat(standing.trouble()).as("control's clock at %d s", within).isEmpty();
        }
        assertThat(standing.known()).isTrue();
        assertThat(standing.health().getStatus()).isEqualTo(Status.UP);
        for (long off : new long[] {-3600, -8, 6, 3600}) {
            standing.answered(NOW.plusSeconds(off));
            assertThat(standing.trouble()).as("control's clock at %d s", off).isPresent();
            assertThat(standing.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        }
        standing.answered(null);
        assertThat(standing.trouble()).as("an answer that does not tell").isPresent();
        standing.answered(NOW);
        assertThat(standing.trouble()).isEmpty();

        standing.claimedAhead(NOW.plusSeconds(9));
        assertThat(standing.trouble()).isPresent();
    }

    @Test
    void aClaimThatDidNotVerifyKeepsTheNodeOutOfService() {
        standing.answered(NOW);
        standing.refused("BAD_SIGNATURE");
        standing.answered(NOW);

        assertThat(standing.trouble()).hasValueSatisfying(why -> assertThat(why).contains("BAD_SIGNATURE"));
    }

    @Test
    void aTreeThatCannotBeEndedIsGivenUpAndItsPlaceIsFreeOnceItIsGone() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        CompletableFuture<Void> over = new CompletableFuture<>();
        AwaitedEnd end = new AwaitedEnd(new StuckTool(gone));

        assertThat(end.within(() -> 0)).isEmpty();
        standing.stuck();
        end.whenOver(() -> {
            standing.unstuck();
            over.complete(null);
        });
        assertThat(over).isNotDone();
        assertThat(standing.trouble()).isPresent();

        gone.countDown();
        over.get();
        assertThat(standing.trouble()).isEmpty();
        assertThat(end.within(() -> Duration.ofSeconds(30).toNanos()))
                .as("control")
                .isPresent();
    }

    /** The tool has run: what is thrown then, also what a tool is refused with, says nothing about that. */
    @Test
    void failedWaitForTheEndOfAToolIsNoRefusal() throws Exception {
        for (Throwable failure :
                List.of(new IllegalStateException("x"), new OutOfMemoryError("x"), new ToolFailure.InvalidInput("x"))) {
            assertThatThrownBy(() -> new AwaitedEnd(new FailingTool(failure))
                            .within(() -> Duration.ofSeconds(30).toNanos()))
                    .isInstanceOf(AwaitedEnd.UnknownException.class)
                    .hasRootCause(failure);
        }
        CountDownLatch gone = new CountDownLatch(0);
        assertThat(new AwaitedEnd(new StuckTool(gone))
                        .within(() -> Duration.ofSeconds(30).toNanos()))
                .as("control")
                .isPresent();
    }

    private record FailingTool(Throwable failure) implements RunningTool {
        @Override
        public void kill(KillCause cause) {}

        @Override
        public ToolResult await() {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
    }

    /** Ends when it may, not when it is killed. */
    private record StuckTool(CountDownLatch gone) implements RunningTool {
        @Override
        public void kill(KillCause cause) {}

        @Override
        public ToolResult await() throws InterruptedException {
            gone.await();
            return new ToolResult.NotRun(CallOutcome.CANCELLED, "CANCELLED", List.of(), NOW);
        }
    }
}
