package dev.sallyport.executor.control;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.statements.trust.SpiffeId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Service;

/** Long-polling claims of nodes. */
@Service
public class LongPoll {
    private static final long POLL_MILLIS = 500;

    private final Executions executions;
    private final NodeRegistry nodes;
    private final ClaimSignal bell;

    LongPoll(Executions executions, NodeRegistry nodes, ClaimSignal bell) {
        this.executions = executions;
        this.nodes = nodes;
        this.bell = bell;
    }

    /** Calls for the node; none after its wait. */
    public List<Claim> claim(SpiffeId node, ClaimRequest request) throws InterruptedException {
        nodes.seen(node, request);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(request.waitMs());
        boolean rung = false;
        while (true) {
            long rings = bell.rings();
            List<Claim> claims = executions.claim(node, request);
            if (rung && claims.isEmpty()) {
                // It rang for a call that is not for this node.
                bell.passOn();
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (!claims.isEmpty() || left <= 0) {
                return claims;
            }
            rung = bell.await(rings, Math.min(left, POLL_MILLIS));
        }
    }
}
