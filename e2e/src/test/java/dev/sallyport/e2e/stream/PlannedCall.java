package dev.sallyport.e2e.stream;

import dev.sallyport.e2e.harness.Api;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call as its agent means it.
 *
 * @param kind what it is
 * @param key its idempotency key, unique in the fleet; names the file of a call that leaves a trace
 * @param agent whose call it is
 * @param session the agent's session
 * @param run the agent's run; budgets are per run
 */
public record PlannedCall(CallKind kind, String key, String agent, String session, String run) {
    private static final String LONG_MS = "600000";

    /** The file that it would append a line to. */
    public String file() {
        return kind.name().toLowerCase(Locale.ROOT) + "-" + key + ".txt";
    }

    /** The request's body. */
    public String body() {
        ObjectNode body = Api.JSON.createObjectNode();
        ObjectNode arguments = body.putObject("arguments");
        body.put("session_id", session);
        body.put("run_id", run);
        switch (kind) {
            case ECHO -> arguments.put("text", key);
            case PROGRAM -> {
                arguments.put("executable", "echo");
                arguments.putArray("args").add(key);
            }
            case PAUSE -> arguments.put("ms", 50 + Math.floorMod(key.hashCode(), 1500));
            case STOPPED -> arguments.put("ms", Integer.parseInt(LONG_MS));
            case TRACE, UNWANTED, WITHDRAWN -> {
                arguments.put("path", file());
                arguments.put("content", key + "\n");
                arguments.put("mode", "append");
            }
            case FORBIDDEN -> {
                arguments.put("executable", "curl");
                arguments.putArray("args").add("http://example.com/" + key);
            }
        }
        body.put(
                "tool",
                switch (kind) {
                    case ECHO -> "echo";
                    case PROGRAM, FORBIDDEN -> "process.run";
                    case PAUSE, STOPPED -> "sleep";
                    case TRACE, UNWANTED, WITHDRAWN -> "fs.write";
                });
        return body.toString();
    }
}
