package dev.sallyport.policy.app;

import dev.sallyport.testkit.AtExit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One running service for all tests of this JVM: a start costs more than most tests. Each test uses names of its own. */
public final class SharedService {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private SharedService() {}

    private static final class Holder {
        private static final RunningPolicyService SERVICE =
                RunningPolicyService.start(Map.of("sallyport.access.owner-devices", "owner,second"));

        static {
            AtExit.close(SERVICE);
        }
    }

    public static RunningPolicyService get() {
        return Holder.SERVICE;
    }

    /** A name that no other test uses. */
    public static String fresh(String purpose) {
        return purpose + NAMES.incrementAndGet();
    }
}
