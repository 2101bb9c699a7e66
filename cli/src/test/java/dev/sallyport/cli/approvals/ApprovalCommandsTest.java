package dev.sallyport.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.StandInService;
import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What waits for a human is listed, shown and answered. */
class ApprovalCommandsTest extends CommandsOverHttp {
    @Test
    void anApprovalIsShownAskedForAndSentWithTheDigestOfWhatWasShown() {
        service.on("GET /v1/approvals/A", 200, approval());
        service.on("POST /v1/approvals/A:approve", 200, approval());
        Result result = command().input("yes\n").of(options("approvals", "approve", "A", "--reason", "fine"));
        assertThat(result.exit()).isZero();
        assertThat(result.err()).contains("Run the program cp", "Approve this once?");
        assertThat(service.asked().getLast().body())
                .isEqualTo("{\"prompt_digest\":\"" + promptDigest() + "\",\"scope\":\"once\",\"reason\":\"fine\"}");
    }

    @Test
    void anythingButYesApprovesNothing() {
        service.on("GET /v1/approvals/A", 200, approval());
        assertThat(command()
                        .input("y\n")
                        .of(options("approvals", "approve", "A"))
                        .exit())
                .isEqualTo(1);
        assertThat(command().input("").of(options("approvals", "approve", "A")).exit())
                .isEqualTo(1);
        assertThat(service.asked()).extracting(StandInService.Asked::method).containsOnly("GET");
    }

    @Test
    void aPromptThatIsNotTheOneOfItsDigestIsNotAnswered() {
        service.on("GET /v1/approvals/A", 200, approval().replace("prompt_salt", "another"));
        assertThat(run("approvals", "approve", "A", "--yes").exit()).isEqualTo(2);
        service.on("GET /v1/approvals/A", 200, approval().replace("with 2 arguments", "with 1 argument"));
        assertThat(run("approvals", "approve", "A", "--yes").exit()).isEqualTo(2);
        assertThat(run("approvals", "deny", "A").exit()).isEqualTo(2);
        assertThat(run("approvals", "show", "A").exit()).isEqualTo(1);
        assertThat(service.asked()).extracting(StandInService.Asked::method).containsOnly("GET");
    }

    @Test
    void anotherPromptThanTheOneSeenBeforeIsNotApproved() {
        service.on("GET /v1/approvals/A", 200, approval());
        service.on("POST /v1/approvals/A:approve", 200, approval());
        assertThat(run("approvals", "approve", "A", "--prompt-digest", "0".repeat(64))
                        .exit())
                .isEqualTo(2);
        assertThat(run("approvals", "approve", "A", "--prompt-digest", promptDigest())
                        .exit())
                .isZero();
    }

    @Test
    void anAnswerThatComesTooLateEndsWithSix() {
        service.on("GET /v1/approvals/A", 200, approval());
        service.on("POST /v1/approvals/A:deny", 409, problem(409, "ALREADY_RESOLVED", ""));
        assertThat(run("approvals", "deny", "A").exit()).isEqualTo(6);
    }

    @Test
    void theQueueIsListedWithHostileTextMadeVisible() {
        service.on(
                "GET /v1/approvals",
                200,
                "{\"items\":[{\"approval_id\":\"A\",\"state\":\"pending\",\"risk\":\"medium\",\"tool\":\"x\","
                        + "\"principal\":\"agent:demo\",\"summary\":\"a\\u001b]0;pwn\\u0007b\\nc\"}]}");
        Result result = run("approvals", "list");
        assertThat(result.out()).contains("a\\u{1B}]0;pwn\\u{7}b\\nc");
        assertThat(result.out().lines()).hasSize(2);
    }

    @Test
    void changesOfTheQueueAreWatched() {
        service.on(
                "GET /v1/approvals/events",
                200,
                "text/event-stream",
                ": hello\n\nevent: approval\ndata: {\"approval_id\":\"A\",\"state\":\"pending\",\"tool\":\"x\"}\n\n"
                        .getBytes(StandardCharsets.UTF_8));
        Result result = run("approvals", "watch", "--count", "1");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("A  pending  x");
    }

    private static final String PROMPT = "{\"arguments\":{\"executable\":\"cp\"},\"capabilities\":[\"process_exec\"],"
            + "\"channel\":\"api\",\"principal\":\"agent:demo\",\"risk\":{\"level\":\"medium\",\"rule\":\"r\"},\"rules\":"
            + "[{\"id\":\"r\",\"reason\":\"sensitive\"}],\"run\":\"r1\",\"sandbox\":{\"egress\":\"strict\",\"hosts\":[],"
            + "\"limits\":{},\"tier\":\"C\"},\"secrets\":[],\"session\":\"s1\",\"summary\":"
            + "\"Run the program cp with 2 arguments\",\"tool\":\"process.run\",\"tool_version\":\"1\",\"v\":1}";

    private static final String SALT = "0123456789abcdef0123456789abcdef";

    private static String promptDigest() {
        return Digest.of((SALT + PROMPT).getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static String approval() {
        return "{\"approval_id\":\"A\",\"proposal_id\":\"" + ID + "\",\"state\":\"pending\",\"prompt\":" + PROMPT
                + ",\"prompt_salt\":\""
                + Base64.getEncoder().encodeToString(SALT.getBytes(StandardCharsets.UTF_8))
                + "\",\"prompt_digest\":\"" + promptDigest() + "\",\"obligations\":{\"approver_role\":\"operator\","
                + "\"quorum\":1,\"assurance\":\"session\",\"four_eyes\":false},\"resolutions\":[]}";
    }
}
