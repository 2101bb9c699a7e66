package dev.sallyport.servicekit.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

class CommitBatchTest {
    private final List<String> log = new ArrayList<>();
    private final Manager manager = new Manager();
    private final TransactionTemplate transaction = new TransactionTemplate(manager);
    private final CommitBatch<String> letters = new CommitBatch<>(rows -> log.add("letters " + rows), String::length);
    private final CommitBatch<Integer> numbers = new CommitBatch<>(rows -> log.add("numbers " + rows), _ -> 4);

    /** Transactions that write down how they end. */
    private final class Manager extends AbstractPlatformTransactionManager {
        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected boolean isExistingTransaction(Object begun) {
            return TransactionSynchronizationManager.isActualTransactionActive();
        }

        @Override
        protected Object doSuspend(Object begun) {
            return begun;
        }

        @Override
        protected void doResume(@Nullable Object begun, Object suspended) {
            // Nothing is bound but what the batches bind themselves.
        }

        @Override
        protected void doBegin(Object begun, TransactionDefinition definition) {
            log.add("begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            log.add("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            log.add("rollback");
        }
    }

    @Test
    void rowsAreWrittenTogetherJustBeforeTheCommit() {
        transaction.executeWithoutResult(_ -> {
            letters.add("a");
            numbers.add(1);
            letters.add("b");
            assertThat(letters.pending()).containsExactly("a", "b");
            log.add("end of work");
        });
        assertThat(log).containsExactly("begin", "end of work", "letters [a, b]", "numbers [1]", "commit");
        assertThat(letters.pending()).isEmpty();
    }

    @Test
    void nothingIsWrittenWhenTheTransactionIsUndone() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(_ -> {
                    letters.add("a");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(log).containsExactly("begin", "rollback");
        assertThat(letters.pending()).isEmpty();
    }

    @Test
    void rowsThatCannotBeWrittenUndoTheTransaction() {
        CommitBatch<String> broken = new CommitBatch<>(
                _ -> {
                    throw new IllegalStateException("the table is full");
                },
                String::length);
        assertThatThrownBy(() -> transaction.executeWithoutResult(_ -> broken.add("a")))
                .hasMessage("the table is full");
        assertThat(log).containsExactly("begin", "rollback");
    }

    @Test
    void whatOthersWaitForComesAfterTheRowsWhenItAsksForThat() {
        transaction.executeWithoutResult(_ -> {
            letters.add("a");
            CommitBatch.writeAll();
            log.add("lock");
            letters.add("b");
        });
        assertThat(log).containsExactly("begin", "letters [a]", "lock", "letters [b]", "commit");
    }

    @Test
    void largeRowsDoNotGather() {
        String large = "x".repeat(1 << 20);
        transaction.executeWithoutResult(_ -> {
            letters.add(large);
            log.add("after the large one");
            for (int i = 0; i < 501; i++) {
                numbers.add(i);
            }
            assertThat(numbers.pending()).containsExactly(500);
        });
        assertThat(log.get(1)).startsWith("letters [xxx");
        assertThat(log.get(2)).isEqualTo("after the large one");
    }

    @Test
    void anInnerTransactionHasRowsOfItsOwn() {
        TransactionTemplate inner = new TransactionTemplate(manager);
        inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        transaction.executeWithoutResult(_ -> {
            letters.add("outer");
            inner.executeWithoutResult(_ -> {
                assertThat(letters.pending()).isEmpty();
                letters.add("inner");
            });
            assertThat(letters.pending()).containsExactly("outer");
        });
        assertThat(log).containsExactly("begin", "begin", "letters [inner]", "commit", "letters [outer]", "commit");
    }

    @Test
    void aRowBelongsToATransaction() {
        assertThatThrownBy(() -> letters.add("a")).isInstanceOf(IllegalStateException.class);
        assertThat(letters.pending()).isEmpty();
        CommitBatch.writeAll();
        assertThat(log).isEmpty();
    }
}
