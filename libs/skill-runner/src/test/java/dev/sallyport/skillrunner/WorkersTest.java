package dev.sallyport.skillrunner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
    void aTaskThatMindsNothingIsGivenUpAndNoneBeginsWhileTooManyAreThere() throws Exception {
        Workers workers = new Workers(BRIEF, 2);
        CountDownLatch released = new CountDownLatch(1);
        List<Thread> stubborn = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            assertThat(workers.run("test", BRIEF, () -> {
                        stubborn.add(Thread.currentThread());
                        return ignoringInterrupts(released);
                    }))
                    .isEqualTo(new Workers.End.Abandoned<>());
        }

        assertThat(workers.run("test", LONG, () -> "value")).isEqualTo(new Workers.End.Exhausted<>());

        released.countDown();
        for (Thread thread : stubborn) {
            thread.join();
        }
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
