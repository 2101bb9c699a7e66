package dev.sallyport.executor.tool;

import dev.sallyport.executor.egress.CallProxy;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The network of a program's call, with its proxy where it reaches hosts. */
final class CallNetwork implements AutoCloseable {
    private final NetworkPlan plan;
    private @Nullable CallProxy proxy;

    CallNetwork(Gateway gateway, Egress egress, CallSecrets secrets, List<String> arguments) {
        this.plan = NetworkPlan.of(egress, new NetworkPlan.Door() {
            @Override
            public NetworkPlan.Proxied proxy() {
                CallProxy made = gateway.proxy(egress, secrets);
                proxy = made;
                return made.plan();
            }

            @Override
            public NetworkPlan.Open open() {
                return gateway.open(egress, arguments);
            }
        });
    }

    NetworkPlan plan() {
        return plan;
    }

    List<Fact> facts() {
        return proxy == null ? List.of() : proxy.facts();
    }

    boolean secretElsewhere() {
        return proxy != null && proxy.secretElsewhere();
    }

    @Override
    public void close() {
        if (proxy != null) {
            proxy.close();
        }
    }
}
