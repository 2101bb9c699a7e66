package dev.sallyport.servicekit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepeatedTaskTest {
    /** A class that cannot be initialised, for one, is an error and no exception. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStepThatFailsIsRepeated(boolean error) throws Exception {
        AtomicInteger steps = new AtomicInteger();
        CountDownLatch repeated = new CountDownLatch(1);
        RepeatedTask task = new RepeatedTask("fails", Duration.ofHours(1), () -> {
            if (steps.incrementAndGet() == 1) {
                if (error) {
                    throw new NoClassDefFoundError("for this test");
                }
                throw new IllegalStateException("for this test");
            }
            repeated.countDown();
        });
        task.start();
        try {
            assertThat(repeated.await(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            task.stop();
        }
    }

    @Test
    void aTaskThatWasStoppedMakesNoStep() {
        AtomicInteger steps = new AtomicInteger();
        RepeatedTask task = new RepeatedTask("stopped", Duration.ofMillis(1), steps::incrementAndGet);
        task.start();
        task.stop();
        int made = steps.get();
        task.wake();
        assertThat(task.isRunning()).isFalse();
        assertThat(steps.get()).isEqualTo(made);
    }
}
