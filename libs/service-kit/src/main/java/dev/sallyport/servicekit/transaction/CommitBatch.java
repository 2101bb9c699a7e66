package dev.sallyport.servicekit.transaction;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Rows of one table that a transaction adds: they are written together just before it commits, with one statement. What
 * reads the table within the transaction looks at {@link #pending} too, or calls {@link #writeAll} first.
 *
 * @param <T> a row
 */
public final class CommitBatch<T> {
    /** Rows beyond either bound are written at once, so that a large transaction is not held in memory as a whole. */
    private static final int MOST_ROWS = 500;

    private static final long MOST_BYTES = 1 << 20;

    private final Consumer<List<T>> write;
    private final ToLongFunction<T> bytes;

    /**
     * A batch for each transaction.
     *
     * @param write stores the rows, in this order; its failure undoes the transaction
     * @param bytes about how much memory a row takes
     */
    public CommitBatch(Consumer<List<T>> write, ToLongFunction<T> bytes) {
        this.write = write;
        this.bytes = bytes;
    }

    /**
     * Adds a row to the present transaction.
     *
     * @throws IllegalStateException outside a transaction
     */
    public void add(T row) {
        Rows<T> rows = Transaction.present().rows(this);
        rows.waiting.add(row);
        rows.bytes += bytes.applyAsLong(row);
        if (rows.waiting.size() >= MOST_ROWS || rows.bytes >= MOST_BYTES) {
            rows.write();
        }
    }

    /** The rows that the present transaction has added and not written yet; none outside a transaction. */
    public List<T> pending() {
        Transaction transaction = Transaction.presentOrNull();
        return transaction == null ? List.of() : List.copyOf(transaction.rows(this).waiting);
    }

    /**
     * Writes all batches of the present transaction now: before something that others wait for, such as the lock of a
     * row that many transactions change. Nothing to do outside a transaction.
     */
    public static void writeAll() {
        Transaction transaction = Transaction.presentOrNull();
        if (transaction != null) {
            transaction.write();
        }
    }

    private static final class Rows<T> {
        private final CommitBatch<T> batch;
        private final List<T> waiting = new ArrayList<>();
        private long bytes;

        Rows(CommitBatch<T> batch) {
            this.batch = batch;
        }

        void write() {
            if (!waiting.isEmpty()) {
                List<T> rows = List.copyOf(waiting);
                waiting.clear();
                bytes = 0;
                batch.write.accept(rows);
            }
        }
    }

    /** All batches of one transaction, in the order in which they got their first row. */
    private static final class Transaction implements TransactionSynchronization {
        private final Map<CommitBatch<?>, Rows<?>> all = new LinkedHashMap<>();

        static @Nullable Transaction presentOrNull() {
            return (Transaction) TransactionSynchronizationManager.getResource(CommitBatch.class);
        }

        static Transaction present() {
            Transaction known = presentOrNull();
            if (known != null) {
                return known;
            }
            if (!TransactionSynchronizationManager.isActualTransactionActive()) {
                throw new IllegalStateException("Rows are added inside the transaction that they belong to.");
            }
            Transaction begun = new Transaction();
            TransactionSynchronizationManager.registerSynchronization(begun);
            TransactionSynchronizationManager.bindResource(CommitBatch.class, begun);
            return begun;
        }

        @SuppressWarnings("unchecked") // Rows are only ever put under their own batch.
        <T> Rows<T> rows(CommitBatch<T> batch) {
            return (Rows<T>) all.computeIfAbsent(batch, Rows::new);
        }

        void write() {
            all.values().forEach(Rows::write);
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            write();
        }

        @Override
        public void suspend() {
            TransactionSynchronizationManager.unbindResource(CommitBatch.class);
        }

        @Override
        public void resume() {
            TransactionSynchronizationManager.bindResource(CommitBatch.class, this);
        }

        @Override
        public void afterCompletion(int status) {
            TransactionSynchronizationManager.unbindResourceIfPossible(CommitBatch.class);
        }
    }
}
