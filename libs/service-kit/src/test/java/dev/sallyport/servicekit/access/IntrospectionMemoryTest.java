package dev.sallyport.servicekit.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.servicekit.access.IntrospectionMemory.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IntrospectionMemoryTest {
    private static final Principal ADA = new Principal(
            Principal.Kind.PERSON,
            "person:ada",
            "01J00000000000000000000000",
            Set.of(),
            Set.of(),
            List.of(),
            List.of(),
            null,
            TokenTerms.NONE,
            null,
            null,
            false);

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final IntrospectionMemory memory = new IntrospectionMemory(now::get);

    private Answer ada() {
        return memory.answer("ada", () -> {
            asked.incrementAndGet();
            return Optional.of(ADA);
        });
    }

    @Test
    void madeUpTokensPushNothingOut() {
        ada();
        for (int i = 0; i < 3 * IntrospectionMemory.MOST_KNOWN; i++) {
            memory.answer("made-up-" + i, Optional::empty);
        }
        assertThat(ada().remembered()).isTrue();
        assertThat(asked).hasValue(1);
    }

    @Test
    void ofWhatCountsTheLongestUnusedGoesFirst() {
        ada();
        for (int i = 0; i < IntrospectionMemory.MOST_KNOWN - 1; i++) {
            memory.answer("other-" + i, () -> Optional.of(ADA));
        }
        assertThat(ada().remembered()).isTrue();
        memory.answer("one-more", () -> Optional.of(ADA));
        assertThat(ada().remembered()).isTrue();
        assertThat(memory.answer("other-0", () -> Optional.of(ADA)).remembered())
                .isFalse();
    }

    @Test
    void nothingIsRememberedLongerThanPromised() {
        ada();
        now.addAndGet(IntrospectionMemory.REMEMBERED.toNanos() - 1);
        assertThat(ada().remembered()).isTrue();
        now.incrementAndGet();
        assertThat(ada().remembered()).isFalse();
    }

    @Test
    void whoAsksTheSameMeanwhileWaitsForTheOneAnswer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            answers.add(threads.submit(() -> memory.answer("ada", () -> {
                asked.incrementAndGet();
                begun.countDown();
                waitFor(answered);
                return Optional.of(ADA);
            })));
            begun.await();
            for (int i = 0; i < 50; i++) {
                answers.add(threads.submit(this::ada));
            }
            answered.countDown();
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().principal()).contains(ADA);
            }
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aFailureIsToldToAllWhoWaitAndNotRemembered() {
        assertThatThrownBy(() -> memory.answer("ada", () -> {
                    throw new IntrospectionUnavailableException(null);
                }))
                .isInstanceOf(IntrospectionUnavailableException.class);
        assertThat(ada().principal()).contains(ADA);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
