package dev.sallyport.executor.egress;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call's proxy, with what its sandbox shows of it. */
public final class CallProxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CallProxy.class);

    private final EgressProxy proxy;
    private final NetworkPlan.Proxied plan;
    private final @Nullable Path authorities;

    CallProxy(EgressProxy proxy, NetworkPlan.Proxied plan, @Nullable Path authorities) {
        this.proxy = proxy;
        this.plan = plan;
        this.authorities = authorities;
    }

    /** The network of its sandbox. */
    public NetworkPlan.Proxied plan() {
        return plan;
    }

    /** Which hosts were reached, and which were refused and why. */
    public List<Fact> facts() {
        return proxy.access().facts();
    }

    /** Whether a secret was to be sent where it does not belong. */
    public boolean secretElsewhere() {
        return proxy.access().secretElsewhere();
    }

    /** Ends the proxy and all its connections. */
    @Override
    public void close() {
        proxy.close();
        if (authorities != null) {
            try {
                Files.deleteIfExists(authorities);
            } catch (IOException e) {
                log.warn("the certificates of a call stay: {}", e.getMessage());
            }
        }
    }
}
