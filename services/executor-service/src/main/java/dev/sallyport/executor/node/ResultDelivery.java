package dev.sallyport.executor.node;

import dev.sallyport.servicekit.telemetry.Traces;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.HttpClientErrorException;

/** Brings spooled results to control. */
final class ResultDelivery {
    private static final Logger log = LoggerFactory.getLogger(ResultDelivery.class);

    private ResultDelivery() {}

    /** Hands over all that is spooled; what control does not answer to stays. */
    static void deliver(ResultSpool spool, ControlClient control) throws IOException {
        for (ResultSpool.Unconfirmed result : spool.all()) {
            try (Traces.Scope _ = Traces.proposal(result.proposalId())) {
                if (!control.finish(result)) {
                    log.warn("the result of {} came too late", result.proposalId());
                }
                spool.remove(result);
            } catch (HttpClientErrorException e) {
                // Kept: it is this node's testimony, and whoever repairs the cause wants to see it.
                log.error("control refuses the result of {}: {}", result.proposalId(), e.getMessage());
            }
        }
    }
}
