package dev.sallyport.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** What tests do with calls: propose, answer, wait. */
public final class Calls {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Fleet fleet;
    private final Api agent;
    private final String run;

    /** Those of the demonstration's agent. */
    public Calls(Fleet fleet) {
        this(fleet, fleet.agent());
    }

    /** Those of another agent. */
    public Calls(Fleet fleet, Api agent) {
        this(fleet, agent, "");
    }

    private Calls(Fleet fleet, Api agent, String run) {
        this.fleet = fleet;
        this.agent = agent;
        this.run = run;
    }

    /** The same in a run of its own, with a budget of its own. */
    public Calls inRun(String name) {
        return new Calls(fleet, agent, name);
    }

    /** The proposal to run a program with one argument. */
    public static String run(String executable, String argument) {
        return "{\"tool\":\"process.run\",\"arguments\":{\"executable\":\"%s\",\"args\":[\"%s\"]}}"
                .formatted(executable, argument);
    }

    /** The proposal to write a file, which waits for a human. */
    public static String write(String path, String text) {
        return "{\"tool\":\"fs.write\",\"arguments\":{\"path\":\"%s\",\"content\":\"%s\"}}".formatted(path, text);
    }

    /** The same proposal with the agent's own words about it. */
    public static String because(String rationale, String proposal) {
        return "{\"rationale\":\"" + rationale + "\"," + proposal.substring(1);
    }

    /** A call that runs unattended; waits for its end. */
    public Answer echo(String text) {
        return propose("{\"tool\":\"echo\",\"arguments\":{\"text\":\"" + text + "\"}}", 120);
    }

    /** A call that runs unattended; does not wait. Its id. */
    public String echoLater(String text) {
        return propose("{\"tool\":\"echo\",\"arguments\":{\"text\":\"" + text + "\"}}", 0)
                .at("/proposal_id");
    }

    /** A call that runs unattended and for a while; does not wait. Its id. */
    public String sleepLater(Duration time) {
        return propose("{\"tool\":\"sleep\",\"arguments\":{\"ms\":" + time.toMillis() + "}}", 0)
                .at("/proposal_id");
    }

    /** A call that waits for a human and then adds a line to a file. Its id. */
    public String append(String file) {
        Answer waiting = propose(
                "{\"tool\":\"fs.write\",\"arguments\":{\"path\":\"" + file
                        + "\",\"content\":\"once\\n\",\"mode\":\"append\"}}",
                0);
        assertThat(waiting.at("/state/phase")).as(waiting.toString()).isEqualTo("approve");
        return waiting.at("/proposal_id");
    }

    /** A program that policy forbids. */
    public Answer denied() {
        return propose(run("curl", "http://127.0.0.1/"), 60);
    }

    public Answer propose(String json, int waitSeconds) {
        String body = run.isEmpty() ? json : "{\"run_id\":\"" + run + "\"," + json.substring(1);
        Answer answer = agent.post(
                "/v1/proposals", body, waitSeconds == 0 ? Map.of() : Map.of("Prefer", "wait=" + waitSeconds));
        assertThat(answer.status()).as(answer.toString()).isBetween(200, 202);
        return answer;
    }

    /** What the file holds; empty when there is none. */
    public String content(String file) {
        Answer read = propose("{\"tool\":\"fs.read\",\"arguments\":{\"path\":\"" + file + "\"}}", 120);
        assertThat(read.at("/state/phase")).as(read.toString()).isEqualTo("done");
        return read.at("/state/outcome").equals("succeeded") ? read.at("/result/stdout") : "";
    }

    public Answer get(String id) {
        return agent.get("/v1/proposals/" + id);
    }

    /** Phase, outcome and code. */
    public String state(String id) {
        return get(id).json().path("state").toString();
    }

    public Answer awaitDone(String id) {
        return awaitPhase(id, "done");
    }

    public Answer awaitPhase(String id, String phase) {
        return Awaitility.await(id + " to be in phase " + phase)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> get(id), answer -> answer.at("/state/phase").equals(phase));
    }

    /** The question about a call, once a human can see it. */
    public String approvalOf(String id) {
        return Awaitility.await("the question about " + id)
                .atMost(PATIENCE)
                .until(
                        () -> questions()
                                .filter(question ->
                                        question.at("/proposal_id").asString("").equals(id))
                                .map(Calls::approvalId)
                                .findFirst()
                                .orElse(""),
                        found -> !found.isEmpty());
    }

    /** The questions that a human can see. */
    public List<String> openQuestions() {
        return questions().map(Calls::approvalId).toList();
    }

    private Stream<JsonNode> questions() {
        return fleet.cli().json("approvals", "list").at("/items").valueStream();
    }

    private static String approvalId(JsonNode question) {
        return question.at("/approval_id").stringValue();
    }

    public void approve(String id) {
        String approval = approvalOf(id);
        String seen = fleet.cli()
                .json("approvals", "show", approval)
                .at("/prompt_digest")
                .stringValue();
        Command yes = fleet.cli().run("approvals", "approve", approval, "--prompt-digest", seen);
        assertThat(yes.exitCode()).as(yes.toString()).isZero();
    }

    public void deny(String id) {
        Command no = fleet.cli().run("approvals", "deny", approvalOf(id));
        assertThat(no.exitCode()).as(no.toString()).isZero();
    }

    public void cancel(String id) {
        assertThat(agent.delete("/v1/proposals/" + id).status()).isBetween(200, 204);
    }

    /** The predicate of the call's statement of that type, such as {@code tool-executed/v1}, once the ledger has it. */
    public JsonNode statement(String id, String type) {
        return Awaitility.await(type + " of " + id + " in the ledger")
                .atMost(PATIENCE)
                .until(
                        () -> fleet.cli()
                                .json("ledger", "case", id)
                                .at("/statements")
                                .valueStream()
                                .filter(entry ->
                                        entry.at("/entry/type").asString("").equals(type))
                                .map(entry -> entry.at("/statement/predicate"))
                                .findFirst()
                                .orElseGet(Api.JSON::missingNode),
                        JsonNode::isObject);
    }
}
