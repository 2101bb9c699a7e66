package dev.sallyport.skillrunner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tasks that end, that end when they are interrupted, and that do not end. */
class WorkersTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration BRIEF = Duration.ofMillis(1);

    @Test
    void whatATaskReturnsOrThrowsIsTold() {
        Workers workers = new Workers(LONG, 1);
        IllegalStateException thrown = new IllegalStateException("expected");

        assertThat(workers.run("test", LONG, () -> "value")).isEqualTo(new Workers.End.Returned<>("value"));
        assertThat(workers.<String>run("test", LONG, () -> {
                    throw thrown;
                }))
                .isEqualTo(new Workers.End.Threw<>(thrown));
    }

    @Test
    void aTaskThatMindsTheInterruptEndsAtTheLimit() {
        Workers workers = new Workers(LONG, 1);

        assertThat(workers.run("test", BRIEF, () -> {
                    new CountDownLatch(1).await();
                    return "never";
                }))
                .isEqualTo(new Workers.End.Interrupted<>(true));
        assertThat(workers.abandoned()).isZero();
    }

    @Test
    void theThreadOfATaskThatWasInterruptedIsFreeForOthersAndNotInterrupted() {
        Workers workers = new Workers(LONG, 1);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        for (int i = 0; i < 50; i++) {
            CountDownLatch never = new CountDownLatch(1);
            // Some of these end by themselves while they are being interrupted.
            int spins = i * 1_000;
            workers.run("test", Duration.ofNanos(1), () -> {
                threads.add(Thread.currentThread());
                for (int at = 0; at < spins; at++) {
                    Thread.onSpinWait();
                }
                return spins % 2_000 == 0 ? never.await(5, TimeUnit.MINUTES) : true;
            });

            assertThat(workers.run("test", LONG, () -> {
                        threads.add(Thread.currentThread());
                        return Thread.currentThread().isInterrupted();
                    }))
                    .isEqualTo(new Workers.End.Returned<>(false));
        }

        assertThat(threads).hasSizeLessThan(50);
        assertThat(workers.abandoned()).isZero();
    }

    @Test
    void aThreadWhoseStackWasUsedUpHasAllOfItForTheNextTask() {
        Workers workers = new Workers(LONG, 1);

        for (int i = 0; i < 10; i++) {
            assertThat(workers.run("test", LONG, () -> deep(Integer.MAX_VALUE)))
                    .isInstanceOfSatisfying(
                            Workers.End.Threw.class,
                            end -> assertThat(end.thrown()).isInstanceOf(StackOverflowError.class));
            assertThat(workers.run("test", LONG, () -> deep(2_000))).isEqualTo(new Workers.End.Returned<>(2_000));
        }
    }

    private static int deep(int calls) {
        return calls == 0 ? 0 : 1 + deep(calls - 1);
    }

    @Test
    void whatATaskHeldIsFreeWhenItsEndIsTold() {
        Workers workers = new Workers(LONG, 1);
        AtomicInteger held = new AtomicInteger();

        for (int i = 0; i < 1_000; i++) {
            held.incrementAndGet();
            workers.run("test", LONG, held::decrementAndGet, () -> "value");
            assertThat(held).hasValue(0);
        }
    }

    @Test
    void aTaskThatMindsNothingIsGivenUpAndNoneBeginsWhileTooManyAreThere() throws Exception {
        Workers workers = new Workers(BRIEF, 2);
        CountDownLatch released = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            assertThat(workers.run("test", BRIEF, () -> ignoringInterrupts(released)))
                    .isEqualTo(new Workers.End.Abandoned<>());
        }

        assertThat(workers.run("test", LONG, () -> "value")).isEqualTo(new Workers.End.Exhausted<>());

        released.countDown();
        while (workers.abandoned() > 0) {
            Thread.onSpinWait();
        }
        assertThat(workers.run("test", LONG, () -> "value")).isEqualTo(new Workers.End.Returned<>("value"));
    }

    private static String ignoringInterrupts(CountDownLatch released) {
        while (true) {
            try {
                released.await();
                return "released";
            } catch (InterruptedException e) {
                // What is tested: a task that goes on.
            }
        }
    }
}
