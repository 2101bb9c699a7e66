package dev.sallyport.policy.proposal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sallyport.policy.access.LocalIntrospector;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.proposal.admission.ProposalSubmission;
import dev.sallyport.policy.proposal.flow.CallStops;
import dev.sallyport.servicekit.access.Principal;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * What it costs to store calls: CPU time and allocations of the thread that admits an {@code echo} and of the one that
 * cancels it, on real PostgreSQL. To measure: {@code -Dtest=AdmissionCost -Dadmission.calls=1000}, see
 * docs/decisions/0022. With few calls it shows that the measurement still runs.
 */
class AdmissionCost {
    private static final int ROUNDS = 8;
    private static final int CALLS = Integer.getInteger("admission.calls", 5);

    private final RunningPolicyService service = SharedService.get();

    @Test
    void measure() {
        Principal caller = service.bean(LocalIntrospector.class)
                .byToken(service.agent(SharedService.fresh("measured")))
                .orElseThrow();
        ProposalSubmission submission = service.bean(ProposalSubmission.class);
        CallStops stops = service.bean(CallStops.class);
        for (int round = 0; round < ROUNDS; round++) {
            List<String> ids = new ArrayList<>();
            String run = "r" + round + "-";
            Cost admitted = Cost.of(i -> ids.add(submission.submit(caller, echo(run + i / 50), null)));
            Cost cancelled = Cost.of(i -> stops.cancel(ids.get(i), caller.name()));
            assertThat(ids).hasSize(CALLS).doesNotHaveDuplicates();
            System.out.printf(Locale.ROOT, "round %d: admitted %s, cancelled %s%n", round, admitted, cancelled);
        }
    }

    private static byte[] echo(String run) {
        return """
                {"tool": "echo", "arguments": {"text": "what it costs"}, "session_id": "s", "run_id": "%s"}
                """.formatted(run).getBytes(StandardCharsets.UTF_8);
    }

    /** One call's cost on the calling thread. */
    private record Cost(double cpuMicros, double allocatedKib) {
        static Cost of(IntConsumer call) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long cpu = threads.getCurrentThreadCpuTime();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.accept(i);
            }
            return new Cost(
                    (threads.getCurrentThreadCpuTime() - cpu) / 1e3 / CALLS,
                    (threads.getCurrentThreadAllocatedBytes() - allocated) / 1024.0 / CALLS);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.0f us CPU %.0f KiB", cpuMicros, allocatedKib);
        }
    }
}
