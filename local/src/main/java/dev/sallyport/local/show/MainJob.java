package dev.sallyport.local.show;

import dev.sallyport.local.fleet.FleetContext;
import dev.sallyport.local.home.Part;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The main job on real input: an agent's harmless call runs, a forbidden one is denied, a sensitive one waits. */
public final class MainJob {
    /**
     * The three calls.
     *
     * @param allowed id of the one that ran
     * @param denied id of the one that was denied
     * @param waiting id of the one that waits for an answer
     * @param approvalId of the waiting one
     */
    public record Calls(String allowed, String denied, String waiting, String approvalId) {}

    private final FleetContext context;
    private final PrintStream out;

    /** Prints to that stream. */
    public MainJob(FleetContext context, PrintStream out) {
        this.context = context;
        this.out = out;
    }

    /** How often the call is asked for; each time the service waits up to two seconds. */
    private static final int MOST_ASKED = 60;

    /** Proposes the three calls as the demonstration's agent and shows what became of each. */
    public Calls show(String agentToken) {
        try (FleetClient client = FleetClient.anonymous()) {
            out.println("1. A harmless call: the program uname");
            JsonNode allowed = propose(client, agentToken, "uname", List.of("-srm"), 60);
            expect(allowed, "done", "succeeded");
            out.println("   allowed by " + rules(allowed) + ", ran in sandbox tier "
                    + allowed.path("result").path("tier").asString() + ", answered: "
                    + allowed.path("result").path("stdout").asString().strip());

            out.println("2. A forbidden call: the program curl");
            JsonNode denied = propose(client, agentToken, "curl", List.of("https://example.com"), 30);
            expect(denied, "done", "denied");
            out.println("   denied, " + denied.path("decision").path("code").asString() + " by " + rules(denied));

            out.println("3. A sensitive call: the program touch");
            JsonNode waiting = propose(client, agentToken, "touch", List.of("approved.txt"), 1);
            if (!waiting.path("state").path("phase").asString().equals("approve")) {
                throw new ShowFailedException("The sensitive call should wait for an answer: " + waiting);
            }
            out.println("   waits for an answer because of " + rules(waiting));
            return new Calls(id(allowed), id(denied), id(waiting), approvalOf(client, agentToken, waiting));
        }
    }

    /** The question about a call is told once people can read it. */
    private String approvalOf(FleetClient client, String token, JsonNode waiting) {
        String url = context.ports().publicUrl(Part.POLICY) + "/v1/proposals/" + id(waiting) + "?wait=2";
        JsonNode call = waiting;
        for (int asked = 0; !call.path("approval").has("approval_id"); asked++) {
            if (asked == MOST_ASKED) {
                throw new ShowFailedException("The question about the sensitive call did not arrive: " + call);
            }
            call = client.get(url, token).successful().json();
        }
        return call.path("approval").required("approval_id").asString();
    }

    private JsonNode propose(FleetClient client, String token, String executable, List<String> args, int waitSeconds) {
        return client.post(
                        context.ports().publicUrl(Part.POLICY) + "/v1/proposals",
                        token,
                        Map.of("tool", "process.run", "arguments", Map.of("executable", executable, "args", args)),
                        Map.of("Prefer", "wait=" + waitSeconds))
                .successful()
                .json();
    }

    private static void expect(JsonNode call, String phase, String outcome) {
        JsonNode state = call.path("state");
        if (!state.path("phase").asString().equals(phase)
                || !state.path("outcome").asString().equals(outcome)) {
            throw new ShowFailedException("Expected " + phase + "/" + outcome + ": " + call);
        }
    }

    private static String rules(JsonNode call) {
        List<String> rules = call.path("decision")
                .path("rules")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
        return String.join(", ", rules);
    }

    private static String id(JsonNode call) {
        return call.required("proposal_id").asString();
    }
}
