package dev.sallyport.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Work of one input, as far as it does not depend on how busy the machine is: bytes that the thread allocated, CPU time
 * that it used. What is done by other threads for it is not seen.
 */
final class Meter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Meter() {}

    /** Bytes that the current thread has ever allocated. */
    static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** CPU time of a living thread in nanoseconds, -1 for one that has ended. */
    static long cpu(Thread thread) {
        return THREADS.getThreadCpuTime(thread.threadId());
    }
}
