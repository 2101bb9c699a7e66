package dev.sallyport.bench.code;

import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicyRequestContext;
import dev.sallyport.policy.engine.ToolArguments;
import java.time.Instant;
import java.util.Set;

/** Calls of a listed tool by an agent that may, as the engine is asked about them. */
final class Calls {
    private Calls() {}

    static PolicyRequest request(String agent, String tool) {
        return PolicyRequest.toolExecute(agent, tool);
    }

    static PolicyRequestContext context(String session) {
        return new PolicyRequestContext(
                "w",
                "agent",
                "agent",
                null,
                "api",
                session,
                "r",
                null,
                Set.of(),
                false,
                true,
                true,
                true,
                true,
                false,
                false,
                Set.of(),
                Set.of(),
                ToolArguments.NONE,
                Instant.EPOCH);
    }
}
