package dev.sallyport.executor.control;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wakes a waiting claim when a permit has been stored here, the one that waits longest; whoever finds that the call is not
 * for it wakes the next. A slow poll behind it covers other replicas.
 */
@Component
class ClaimSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private long rings;

    void ringAfterCommit() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                ring();
            }
        });
    }

    long rings() {
        lock.lock();
        try {
            return rings;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it has rung since {@code seen}, at most {@code millis}; whether it has. */
    boolean await(long seen, long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (rings == seen && left > 0) {
                left = rung.awaitNanos(left);
            }
            return rings != seen;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the next one: the call was not for the one that was woken. */
    void passOn() {
        lock.lock();
        try {
            rung.signal();
        } finally {
            lock.unlock();
        }
    }

    private void ring() {
        lock.lock();
        try {
            rings++;
            rung.signal();
        } finally {
            lock.unlock();
        }
    }
}
